import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { rootFolder } from './build/root.ts';

const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];

describe.each(documents)('%s', (name) => {
  const text = readFileSync(path.join(rootFolder, name), 'utf8');
  const links = Array.from(text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g), (match) => match[1] ?? '');

  it('links to files that are there', () => {
    expect(links.filter((link) => !existsSync(path.join(rootFolder, link)))).toEqual([]);
  });
});

it('the seven hops are seven, each with a file', () => {
  const text = readFileSync(path.join(rootFolder, 'ARCHITECTURE.md'), 'utf8');
  const hops = text.split('## One request, seven hops')[1]?.split('\n## ')[0]?.match(/^\d\. .*\]\(.*\)$/gm) ?? [];
  expect(hops).toHaveLength(7);
});

it('every room of main is on the map', () => {
  const text = readFileSync(path.join(rootFolder, 'ARCHITECTURE.md'), 'utf8');
  for (const room of ['contract', 'kernel', 'engine', 'models', 'deployments', 'gateway', 'monitoring', 'accounts', 'audit', 'system', 'transport', 'console', 'desktop', 'cli']) {
    expect(text, room).toContain(`${room}/`);
  }
});
