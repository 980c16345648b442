// The floors and front doors of the house (ARCHITECTURE.md). Imports point down only, type-only imports included:
//   contract → kernel → engine → areas → compose → transport → hosts
// scripts/check-deps.ts runs these rules and refuses a file that belongs to no room below.

const rooms = require('./scripts/deps/rooms.cjs');

const tests = '(?:\\.test\\.tsx?$|/testing/)';
const ours = '^(?:main|renderer|preload|e2e|bench|scripts|bin)/';
/** An area, its name caught as $1. */
const area = rooms.areas.replace('[^/]+/', '([^/]+)/');
const { areas: anyArea, compose, hosts } = rooms;

const error = 'error';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circles', comment: 'Two files that need each other are one file, or a third is missing.', severity: error, from: {}, to: { circular: true } },
    { name: 'resolvable', comment: 'An import must lead somewhere.', severity: error, from: {}, to: { couldNotResolve: true } },
    {
      name: 'contract-is-the-ground',
      comment: 'The contract is pure TypeScript: it knows no other room, no Node and no package but zod and oRPC.',
      severity: error,
      from: { path: rooms.contract, pathNot: tests },
      to: { pathNot: ['^main/contract/', '^node_modules/(?:zod|@orpc/(?:contract|client|shared))/'] },
    },
    { name: 'kernel-knows-no-area', comment: 'The kernel stands on the contract alone.', severity: error, from: { path: rooms.kernel }, to: { path: ours, pathNot: '^main/(?:contract|kernel)/' } },
    { name: 'engine-knows-no-area', comment: 'The engine stands on contract and kernel.', severity: error, from: { path: rooms.engine }, to: { path: ours, pathNot: '^main/(?:contract|kernel|engine)/' } },
    {
      name: 'transport-knows-no-host',
      comment: 'The transport serves what compose builds, for every host alike; nothing but hosts imports it.',
      severity: error,
      from: { path: rooms.transport, pathNot: tests },
      to: { path: [hosts, '^(?:renderer|preload|e2e|bench|scripts)/'] },
    },
    { name: 'nothing-stands-on-the-transport', comment: 'Only hosts open a transport.', severity: error, from: { path: '^main/', pathNot: [hosts, rooms.transport, tests] }, to: { path: rooms.transport } },
    {
      name: 'areas-stand-on-the-engine',
      comment: 'An area never imports what is built upon it: compose, transport or a host.',
      severity: error,
      from: { path: anyArea, pathNot: tests },
      to: { path: ours, pathNot: ['^main/(?:contract|kernel|engine)/', anyArea] },
    },
    {
      name: 'areas-use-front-doors',
      comment: 'An area imports another area only through its index.ts.',
      severity: error,
      from: { path: area },
      to: { path: anyArea, pathNot: ['^main/$1/', '^main/[^/]+/index\\.ts$', '/testing/'] },
    },
    { name: 'compose-knows-no-host', comment: 'compose.ts takes what a host gives it; it imports none.', severity: error, from: { path: compose, pathNot: tests }, to: { path: [hosts, '^(?:renderer|preload|e2e|bench|scripts)/'] } },
    {
      name: 'hosts-use-front-doors',
      comment: 'Above the floors, areas too are entered through their front door.',
      severity: error,
      from: { path: [hosts, compose, rooms.transport], pathNot: tests },
      to: { path: anyArea, pathNot: ['^main/[^/]+/index\\.ts$'] },
    },
    {
      name: 'hosts-are-strangers',
      comment: 'A host does not import another host; only the command line may open the console, through its index.ts.',
      severity: error,
      from: { path: '^main/(console|desktop|cli)/', pathNot: tests },
      to: { path: hosts, pathNot: ['^main/$1/', '^main/console/index\\.ts$'] },
    },
    { name: 'entries-are-started', comment: 'The entry of a host is started, never imported: importing would start it.', severity: error, from: {}, to: { path: '^main/(?:console|desktop|cli)/main\\.ts$' } },
    { name: 'main-takes-texts-alone', comment: 'Of the renderer, hosts may take the catalogues; nothing else of it runs in Node.', severity: error, from: { path: '^main/', pathNot: tests }, to: { path: '^renderer/', pathNot: '^renderer/i18n/' } },
    { name: 'nothing-stands-on-hosts', comment: 'Hosts are the roof.', severity: error, from: { path: '^main/', pathNot: [hosts, tests] }, to: { path: hosts } },
    {
      name: 'renderer-talks-through-the-contract',
      comment: 'The renderer imports of main/ only the contract, and neither Node nor a package that needs it.',
      severity: error,
      from: { path: rooms.renderer, pathNot: tests },
      to: { path: ours, pathNot: ['^renderer/', '^main/contract/'] },
    },
    {
      name: 'renderer-has-no-node',
      comment: 'The renderer runs in a sandbox.',
      severity: error,
      from: { path: rooms.renderer, pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-uses-browser-packages',
      comment: 'These packages need Node or Electron.',
      severity: error,
      from: { path: rooms.renderer, pathNot: tests },
      to: { path: '^node_modules/(?:electron|ws|fastify|better-sqlite3[^/]*|node-llama-cpp|systeminformation|@node-rs/[^/]+|@orpc/server)/' },
    },
    { name: 'renderer-tests-stay-below', comment: 'Tests of the renderer may use test rooms of main/, nothing else of it.', severity: error, from: { path: '^renderer/.*\\.test\\.tsx?$' }, to: { path: '^main/', pathNot: ['^main/contract/', '/testing/'] } },
    { name: 'ui-knows-no-screen', comment: 'Pieces in ui/ are used by screens, never the other way round.', severity: error, from: { path: '^renderer/ui/' }, to: { path: '^renderer/screens/' } },
    { name: 'only-the-client-knows-the-transport', comment: 'Screens and state never see oRPC links or sockets.', severity: error, from: { path: '^renderer/(?:screens|ui|state|i18n)/', pathNot: tests }, to: { path: '^node_modules/@orpc/client/', dependencyTypesNot: ['type-only'] } },
    { name: 'preload-is-a-bridge', comment: 'The preload imports the contract and electron, nothing else.', severity: error, from: { path: rooms.preload, pathNot: tests }, to: { pathNot: ['^preload/', '^main/contract/', '^node_modules/electron/', '^electron$'] } },
    {
      name: 'electron-stays-in-desktop',
      comment: 'Services that import electron cannot run in the console.',
      severity: error,
      from: { path: ours, pathNot: ['^main/desktop/', rooms.preload, '^e2e/', '^scripts/'] },
      to: { path: ['^node_modules/electron/', '^electron$'] },
    },
    {
      name: 'llama-stays-in-its-process',
      comment: 'A native assert takes its process down: only engine and job processes load llama.cpp.',
      severity: error,
      from: { path: ours, pathNot: ['\\.worker\\.ts$', '^main/engine/inference/(?!.*-protocol\\.ts$)', '^main/engine/native/', '^main/engine/(?:.*\\.test\\.ts$|testing/)', '^bench/'] },
      to: { path: '^node_modules/(?:node-llama-cpp|@node-llama-cpp|koffi|@koromix)/' },
    },
    {
      name: 'inference-is-not-for-main',
      comment: 'What imports the inference room at run time loads llama.cpp; others may name its types and use the protocol.',
      severity: error,
      from: { path: '^main/', pathNot: ['\\.worker\\.ts$', '^main/engine/inference/', tests] },
      to: { path: '^main/engine/inference/', pathNot: '-protocol\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'native-is-not-for-main',
      comment: 'What a service, store, router or host reaches runs in the main process, which never loads the native binding; tables and types of it may be named.',
      severity: error,
      from: { path: '^main/(?:[^/]+\\.ts$|console/|desktop/|cli/|.*(?:\\.(?:service|store|router)|/index|-jobs?)\\.ts$)', pathNot: tests },
      to: { path: '^main/engine/native/', pathNot: '/quantization-types\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workers-are-entries',
      comment: 'A worker is started, never imported; the types of its messages may be named.',
      severity: error,
      from: { path: ours, pathNot: tests },
      to: { path: '\\.worker\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workers-stand-on-the-engine',
      comment: 'A worker uses contract, kernel, engine and its own room.',
      severity: error,
      from: { path: '^main/([^/]+)/.*\\.worker\\.ts$' },
      to: { path: ours, pathNot: '^main/(?:contract|kernel|engine|$1)/' },
    },
    {
      name: 'no-tests-in-the-product',
      comment: 'Code that ships does not import tests or their tools.',
      severity: error,
      from: { path: '^(?:main|renderer|preload)/', pathNot: tests },
      to: { path: ['^(?:main|renderer|preload)/.*(?:\\.test\\.tsx?$|/testing/)', '^(?:e2e|bench|scripts)/', '^node_modules/(?:vitest|@playwright|openai)/'] },
    },
    {
      name: 'ships-what-it-needs',
      comment: 'What runs in main must be a dependency: development packages are not in the installer.',
      severity: error,
      from: { path: '^main/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '^node_modules/electron/' },
    },
    { name: 'declared', comment: 'A package that is not in package.json may be gone tomorrow.', severity: error, from: { path: ours }, to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] } },
    { name: 'tools-stand-beside', comment: 'Scripts work on the product from outside.', severity: error, from: { path: rooms.scripts, pathNot: '^scripts/sample-model/' }, to: { path: '^(?:main|renderer|preload|e2e)/' } },
    { name: 'sample-model-uses-the-engine', comment: 'The model in the box is made with the very engine: its recipe may use engine, contract and kernel, and no area.', severity: error, from: { path: '^scripts/sample-model/' }, to: { path: ['^main/(?!engine/|contract/|kernel/)', '^(?:renderer|preload|e2e)/'] } },
    { name: 'e2e-uses-hosts-from-outside', comment: 'Specs start hosts as processes and use screens as a person does; to prepare and to look behind they may use kernel and front doors, but no host and no screen.', severity: error, from: { path: rooms.e2e }, to: { path: ['^main/(?:console|desktop|cli)/', '^main/(?:compose|open-house)\\.ts$', '^renderer/(?!i18n/)', '^preload/', '^bench/'] } },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?:dist|release|\\.vite)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'module', 'node', 'default', 'types'], extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.css'] },
    skipAnalysisNotInRules: false,
  },
};
