import { createNodeProcessStarter } from '../../kernel/processes/node-process-starter.ts';
import { superviseEngine } from '../supervisor/engine-supervisor.ts';

/**
 * A main process for tests that does nothing but supervise one engine until it is killed. Prints the engine's process id
 * as soon as there is one and "ready" once it is; with "ask" it then begins an answer nobody reads to the end.
 */
const [workerPath, modelPath, name, ask] = process.argv.slice(2);
if (workerPath === undefined || modelPath === undefined || name === undefined) throw new Error('usage: misbehaving-parent WORKER MODEL NAME [ask]');

let told = false;
const engine = superviseEngine({
  startProcess: createNodeProcessStarter(),
  workerPath,
  spec: {
    name,
    modelPath,
    settings: { backend: 'cpu', gpuLayers: 0, contextSize: 512, parallelSequences: 1, threads: 1 },
    limits: { maxOutputTokens: 500, queueLimit: 0, memoryLimitBytes: 2e9 },
    hasChatTemplate: false,
  },
  onChange({ processId, state }) {
    if (told || processId === null || state !== 'starting') return;
    told = true;
    console.log(String(processId));
  },
});
engine.start();
setInterval(() => undefined, 1000);
await engine.whenReady();
console.log('ready');
if (ask !== undefined) {
  for await (const event of engine.chat([{ role: 'user', content: ask }], { temperature: 1, topP: 1 })) console.log(event.kind);
}
