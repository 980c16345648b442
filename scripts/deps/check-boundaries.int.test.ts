import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkBoundaries } from './check-boundaries.ts';

let rootFolder: string;

beforeEach(() => {
  rootFolder = realpathSync(mkdtempSync(path.join(tmpdir(), 'modelward-deps-')));
});

afterEach(() => rmSync(rootFolder, { recursive: true, force: true }));

/** A small house in which everything is in order. */
const soundHouse: Record<string, string> = {
  'package.json': JSON.stringify({ name: 'house', version: '1.0.0', dependencies: { 'node-llama-cpp': '1.0.0' }, devDependencies: { electron: '1.0.0', vitest: '1.0.0' } }),
  'node_modules/electron/package.json': '{"name":"electron","main":"index.js"}',
  'node_modules/electron/index.js': '',
  'node_modules/node-llama-cpp/package.json': '{"name":"node-llama-cpp","main":"index.js"}',
  'node_modules/node-llama-cpp/index.js': '',
  'node_modules/vitest/package.json': '{"name":"vitest","main":"index.js"}',
  'node_modules/vitest/index.js': '',
  'tsconfig.json': JSON.stringify({ compilerOptions: { module: 'preserve', allowImportingTsExtensions: true, noEmit: true, types: [] } }),
  'main/contract/errors.ts': 'export type Code = string;\n',
  'main/kernel/clock.ts': "import type { Code } from '../contract/errors.ts';\nexport type Clock = Code;\n",
  'main/engine/inference/native.ts': "import 'node-llama-cpp';\nexport type Native = 1;\n",
  'main/engine/inference/inference.worker.ts': "import '../../kernel/clock.ts';\nimport './native.ts';\nexport type Message = 1;\n",
  'main/models/index.ts': "export type { Model } from './models.store.ts';\n",
  'main/models/models.store.ts': "import type { Clock } from '../kernel/clock.ts';\nexport type Model = Clock;\n",
  'main/audit/index.ts': "import type { Model } from '../models/index.ts';\nexport type Row = Model;\n",
  'main/compose.ts': "import type { Row } from './audit/index.ts';\nexport type App = Row;\n",
  'main/transport/serve.ts': "import type { App } from '../compose.ts';\nexport type Serve = App;\n",
  'main/desktop/main.ts': "import 'electron';\nimport type { App } from '../compose.ts';\nexport type Desktop = App;\n",
  'main/console/main.ts': "import type { App } from '../compose.ts';\nexport type Console = App;\n",
  'preload/index.ts': "import 'electron';\n",
  'renderer/client/client.ts': "import type { Code } from '../../main/contract/errors.ts';\nexport type Client = Code;\n",
};

async function problemsIn(changes: Record<string, string>): Promise<string[]> {
  const files = { ...soundHouse, ...changes };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(rootFolder, file)), { recursive: true });
    writeFileSync(path.join(rootFolder, file), text);
  }
  return [...(await checkBoundaries({ rootFolder, folders: ['main', 'preload', 'renderer'] })).problems];
}

it('finds nothing in a house in which imports point down and areas use front doors', async () => {
  expect(await problemsIn({})).toEqual([]);
});

const violations: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['kernel-knows-no-area', 'main/kernel/clock.ts', "import type { Model } from '../models/index.ts';\nexport type Clock = Model;\n"],
  ['engine-knows-no-area', 'main/engine/fit.ts', "export * from '../models/index.ts';\n"],
  ['contract-is-the-ground', 'main/contract/errors.ts', "import 'node:fs';\nexport type Code = string;\n"],
  ['areas-use-front-doors', 'main/audit/index.ts', "import type { Model } from '../models/models.store.ts';\nexport type Row = Model;\n"],
  ['areas-stand-on-the-engine', 'main/models/models.service.ts', "import type { App } from '../compose.ts';\nexport type Service = App;\n"],
  ['hosts-use-front-doors', 'main/compose.ts', "import type { Model } from './models/models.store.ts';\nexport type App = Model;\n"],
  ['hosts-are-strangers', 'main/console/main.ts', "import type { Desktop } from '../desktop/main.ts';\nexport type Console = Desktop;\n"],
  ['nothing-stands-on-hosts', 'main/models/models.service.ts', "import type { Console } from '../console/main.ts';\nexport type Service = Console;\n"],
  ['entries-are-started', 'main/cli/list.ts', "import '../console/main.ts';\n"],
  ['main-takes-texts-alone', 'main/console/main.ts', "import type { Client } from '../../renderer/client/client.ts';\nexport type Console = Client;\n"],
  ['transport-knows-no-host', 'main/transport/serve.ts', "import type { Console } from '../console/main.ts';\nexport type Serve = Console;\n"],
  ['nothing-stands-on-the-transport', 'main/compose.ts', "import './transport/serve.ts';\nexport type App = 1;\n"],
  ['electron-stays-in-desktop', 'main/console/main.ts', "const electron = await import('electron');\nexport type Console = typeof electron;\n"],
  ['llama-stays-in-its-process', 'main/models/models.service.ts', "import type * as llama from 'node-llama-cpp';\nexport type Service = typeof llama;\n"],
  ['inference-is-not-for-main', 'main/models/models.service.ts', "export { type Native } from '../engine/inference/native.ts';\nimport '../engine/inference/native.ts';\n"],
  ['workers-are-entries', 'main/models/models.service.ts', "import '../engine/inference/inference.worker.ts';\n"],
  ['workers-stand-on-the-engine', 'main/models/hash.worker.ts', "import type { Row } from '../audit/index.ts';\nexport type Hash = Row;\n"],
  ['renderer-talks-through-the-contract', 'renderer/client/client.ts', "import type { Clock } from '../../main/kernel/clock.ts';\nexport type Client = Clock;\n"],
  ['renderer-has-no-node', 'renderer/client/client.ts', "import 'node:fs';\n"],
  ['preload-is-a-bridge', 'preload/index.ts', "import '../main/kernel/clock.ts';\n"],
  ['no-tests-in-the-product', 'main/models/models.service.ts', "import 'vitest';\n"],
  ['resolvable', 'main/models/models.service.ts', "import './gone.ts';\n"],
  ['no-circles', 'main/models/models.store.ts', "import type { Model as Same } from './index.ts';\nexport type Model = Same;\n"],
];

it.each(violations)('refuses a planted violation: %s', async (rule, file, text) => {
  const problems = await problemsIn({ [file]: text });
  expect(problems.map((problem) => /\n {4}([a-z-]+):/.exec(problem)?.[1])).toContain(rule);
  expect(problems.join('\n')).toContain(file);
});

it('refuses a file that lies in no room', async () => {
  expect(await problemsIn({ 'renderer-tools/loose.ts': 'export {};\n', 'renderer/client/client.ts': "import '../../renderer-tools/loose.ts';\n" })).toEqual(['renderer-tools/loose.ts lies in no room (scripts/deps/rooms.cjs)']);
});

it('refuses an import that its parser cannot see', async () => {
  const problems = await problemsIn({ 'main/models/models.service.ts': "export function load(): Promise<import('../kernel/clock.ts').Clock> {\n  throw new Error('x');\n}\n" });
  expect(problems).toEqual(['main/models/models.service.ts imports ../kernel/clock.ts, which the boundary check does not see: write it as a plain import']);
});
