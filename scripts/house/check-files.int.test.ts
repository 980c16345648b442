import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkFiles } from './check-files.ts';

let rootFolder: string;

const react = `
declare namespace JSX { interface IntrinsicElements { [name: string]: object } type Element = object }
`;

beforeEach(() => {
  rootFolder = realpathSync(mkdtempSync(path.join(tmpdir(), 'modelward-house-')));
});

afterEach(() => rmSync(rootFolder, { recursive: true, force: true }));

/** Writes the files into a project of their own and gives the broken rules as `file:line rule`. */
function check(files: Record<string, string>): string[] {
  const all: Record<string, string> = { 'jsx.d.ts': react, 'tsconfig.json': JSON.stringify({ compilerOptions: { strict: true, target: 'ES2024', module: 'preserve', jsx: 'preserve', types: [], noEmit: true, allowImportingTsExtensions: true }, include: ['.'] }), ...files };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(path.dirname(path.join(rootFolder, file)), { recursive: true });
    writeFileSync(path.join(rootFolder, file), text);
  }
  return checkFiles({ rootFolder, files: Object.keys(files), projects: ['tsconfig.json'] }).map(({ file, line, rule }) => `${file}:${line} ${rule}`);
}

it('finds a promise nobody waits for, and accepts one that is awaited, handed on or handled', () => {
  const found = check({
    'main/kernel/promises.ts': `declare function save(): Promise<number>;
declare const maybe: { run(): Promise<void> } | undefined;
export async function all(): Promise<void> {
  save();
  save().then((n) => n + 1);
  save().finally(() => undefined);
  maybe?.run();
  (save());
  await save();
  void save();
  save().catch(() => undefined);
  save().then((n) => n, () => undefined);
  const kept = save();
  await kept;
}
`,
  });
  expect(found).toEqual([4, 5, 6, 7, 8].map((line) => `main/kernel/promises.ts:${line} floating-promise`));
});

it('finds a switch that forgets a member of its union', () => {
  const found = check({
    'main/kernel/state.ts': `type State = 'queued' | 'running' | 'done';
export function act(state: State): void {
  switch (state) {
    case 'queued':
      return;
    case 'running':
      return;
  }
}
export function actOnAll(state: State): void {
  switch (state) {
    case 'queued':
    case 'running':
    case 'done':
      return;
  }
}
export function actByDefault(state: State): void {
  switch (state) {
    case 'queued':
      return;
    default:
      return;
  }
}
`,
  });
  expect(found).toEqual(['main/kernel/state.ts:3 switch']);
});

it('finds text for people in a screen: between tags, in braces and in spoken attributes', () => {
  const found = check({
    'renderer/screens/models/list.tsx': `export function List(props: { title: string }) {
  return (
    <div className="wide" title={props.title} data-testid="models">
      <p>Models</p>
      <p>{'模型列表'}</p>
      <button aria-label="Delete" title={\`Delete \${props.title}\`}>
        {props.title} · 3 %
      </button>
    </div>
  );
}
`,
    'renderer/i18n/en.tsx': `export const x = <p>Models</p>;
`,
  });
  expect(found).toEqual([4, 5, 6, 6].map((line) => `renderer/screens/models/list.tsx:${line} literal-text`));
});

it('finds SQL outside a store', () => {
  const statement = `export const sql = \`INSERT INTO models (id)
  VALUES (?)\`;
`;
  const found = check({ 'main/models/models.service.ts': statement, 'main/models/models.store.ts': statement, 'main/models/models.store.test.ts': statement });
  expect(found).toEqual(['main/models/models.service.ts:1 sql']);
});

it('finds "any", a type check turned off, a lint rule turned off without a reason, and a test left out', () => {
  const ignore = ['@ts', 'ignore'].join('-');
  const disable = ['oxlint', 'disable-next-line'].join('-');
  const found = check({
    'main/kernel/loose.ts': `// ${ignore}
export const x: any = 1;
// ${disable} no-empty
// ${disable} no-empty -- the file may be gone already
`,
    'main/kernel/loose.test.ts': `declare const it: { skip(name: string): void; skipIf(condition: boolean): void };
it.${'skip'}('never');
it.skipIf(true);
`,
  });
  expect(found).toEqual(['main/kernel/loose.test.ts:2 test-left-out', 'main/kernel/loose.ts:1 type-check-off', 'main/kernel/loose.ts:2 any', 'main/kernel/loose.ts:3 lint-off-without-reason']);
});

it('finds a file that is too long, one that no project holds, and a path of one machine', () => {
  const found = check({
    'main/kernel/long.ts': 'export {};\n'.repeat(401),
    'node_modules/outside.ts': 'export {};\n',
    'docs/notes.md': `see ${['', 'work', 'main'].join('/')}/x and https://example.org/work/x\n`,
  });
  expect(found).toEqual(['docs/notes.md:1 machine-path', 'main/kernel/long.ts:401 long-file', 'node_modules/outside.ts:1 outside-projects']);
});
