import { parseArgs } from 'node:util';
import { skipBindingTestProcess } from '../../main/engine/inference/in-process-binding-test.ts';

/**
 * The least that loads a model with node-llama-cpp: this process says "ready" once the context exists, then waits to be
 * ended. With --skip-binding-test it leaves out the library's own test process, as the house's engine does.
 */
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: '' },
    context: { type: 'string', default: '512' },
    sequences: { type: 'string', default: '1' },
    threads: { type: 'string', default: '1' },
    'skip-binding-test': { type: 'boolean', default: false },
  },
});
if (values['skip-binding-test']) skipBindingTestProcess();
const { getLlama } = await import('node-llama-cpp');
const threads = Number(values.threads);
const llama = await getLlama({ gpu: false, build: 'never', maxThreads: threads });
const model = await llama.loadModel({ modelPath: values.model });
await model.createContext({ contextSize: Number(values.context), sequences: Number(values.sequences), threads });
process.stdout.write('ready');
setInterval(() => undefined, 1000);
