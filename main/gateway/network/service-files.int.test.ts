import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SERVICE_PLATFORMS, SERVICE_STEPS } from '../../contract/network.contract.ts';
import { temporaryFolder } from '../../kernel/testing/temporary-house.ts';
import { wordsOfUnit } from '../testing/unit-words.ts';
import { serviceFiles } from './service-files.ts';

const facts = { program: [process.execPath, '/opt/model ward/cli.js'], dataFolder: '/srv/it\'s 100% "ours" $HOME' };
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

/** Names of the elements in their order; throws where they are not nested as they should be. */
function elementsOf(xml: string): string[] {
  const open: string[] = [];
  const seen: string[] = [];
  for (const [, closing, name = '', empty] of xml.replace(/<[?!][^>]*>/g, '').matchAll(/<(\/?)([\w]+)[^<>]*?(\/?)>/g)) {
    if (closing === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> ends nothing`);
    } else {
      seen.push(name);
      if (empty !== '/') open.push(name);
    }
  }
  if (open.length > 0) throw new Error(`<${open.join('> <')}> is never ended`);
  return seen;
}

describe('the unit for systemd', () => {
  const unit = serviceFiles(facts, 'linux', 'linux');

  it('starts the console with the password from its credentials, whatever the folder is called', () => {
    expect(wordsOfUnit(unit.text)).toEqual([...facts.program, 'console', '--no-open', '--data', facts.dataFolder, '--password-file', '%d/password']);
    expect(unit.text).toContain('LoadCredential=password:/etc/modelward/password');
    expect(unit).toMatchObject({ ofThisMachine: true, platform: 'linux' });
  });

  it.runIf(hasSystemd)('is what systemd takes for a unit', () => {
    const folder = temporaryFolder('unit');
    mkdirSync(join(folder.path, 'data'));
    const { text } = serviceFiles({ program: [process.execPath, '/x/cli.js'], dataFolder: join(folder.path, 'data') }, 'linux', 'linux');
    const path = join(folder.path, 'modelward.service');
    writeFileSync(path, text);
    const verify = () => spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    expect(verify()).toMatchObject({ status: 0, stderr: '' });
    writeFileSync(path, text.replace('Restart=on-failure', 'Restart=perhaps'));
    expect(verify().stderr, 'a mistake would be seen').toContain('perhaps');
    folder.remove();
  });
});

it('gives launchd and the Task Scheduler files that are well formed, with the words in their place', () => {
  const plist = serviceFiles(facts, 'macos', 'darwin');
  expect(elementsOf(plist.text).slice(0, 3)).toEqual(['plist', 'dict', 'key']);
  const words = Array.from(plist.text.matchAll(/^ {4}<string>(.*)<\/string>$/gm), ([, word = '']) => word.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
  expect(words).toEqual([...facts.program, 'console', '--no-open', '--data', facts.dataFolder, '--password-file', '/etc/modelward/password']);

  const task = serviceFiles({ program: ['C:\\Program Files\\node.exe', 'C:\\M & W\\cli.js'], dataFolder: 'D:\\data\\' }, 'windows', 'win32');
  expect(elementsOf(task.text)).toContain('BootTrigger');
  expect(task.text).toContain('<Command>C:\\Program Files\\node.exe</Command>');
  expect(task.text).toContain('<Arguments>&quot;C:\\M &amp; W\\cli.js&quot; console --no-open --data D:\\data\\ --password-file');
  expect(task.text).toContain('<UserId>S-1-5-19</UserId>');
});

it('says for other systems, and for the desktop, that it is an example', () => {
  expect(serviceFiles(facts, 'windows', 'linux')).toMatchObject({ ofThisMachine: false });
  expect(serviceFiles(null, null, 'darwin')).toMatchObject({ platform: 'macos', ofThisMachine: false });
  const desktop = serviceFiles({ program: null, dataFolder: '/d' }, null, 'linux');
  expect(desktop.ofThisMachine).toBe(false);
  expect(desktop.text).toContain('/opt/modelward/dist/main/cli.js console --no-open --data /d ');
});

it('has every step for every system, and commands a shell can read', () => {
  for (const platform of SERVICE_PLATFORMS) {
    const files = serviceFiles(facts, platform, platform === 'macos' ? 'darwin' : platform === 'windows' ? 'win32' : 'linux');
    expect(files.steps.map(({ id }) => id)).toEqual([...SERVICE_STEPS]);
    if (platform === 'windows') continue;
    for (const command of files.steps.flatMap(({ commands }) => commands)) expect(() => execFileSync('sh', ['-n', '-c', command]), command).not.toThrow();
  }
});
