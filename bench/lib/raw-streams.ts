import { parseArgs } from 'node:util';
import type { Token } from 'node-llama-cpp';
import { skipBindingTestProcess } from '../../main/engine/inference/in-process-binding-test.ts';
import { priorityOf, sequenceOrder } from '../../main/engine/inference/library-loop/batch-order.ts';
import { freshTokens, resultOf } from './streams-protocol.ts';
import type { StreamsOrder, StreamTimes } from './streams-protocol.ts';

/**
 * node-llama-cpp in its own process, asked for streams by messages: nothing between its tokens and the clock. Threads as it is fastest on machines of few
 * cores (all for prompts, one less for writing), and sequences in the order that suits llama.cpp: its best batch throughput.
 */
const { values } = parseArgs({ options: { model: { type: 'string', default: '' }, sequences: { type: 'string', default: '16' }, context: { type: 'string', default: '512' }, threads: { type: 'string', default: '2' } } });
skipBindingTestProcess();
const { getLlama } = await import('node-llama-cpp');
const threads = Number(values.threads);
const llama = await getLlama({ gpu: false, build: 'never', maxThreads: threads });
const model = await llama.loadModel({ modelPath: values.model });
const sequences = Number(values.sequences);
const context = await model.createContext({ contextSize: Number(values.context), sequences, threads, batching: { itemPrioritizationStrategy: sequenceOrder } });
const all = Array.from({ length: sequences }, () => context.getSequence());

async function one(index: number, order: StreamsOrder): Promise<StreamTimes> {
  const sequence = all[index];
  if (sequence === undefined) throw new Error('too few sequences');
  const tokens = freshTokens(order.promptTokens) as Token[];
  const times: StreamTimes = { askedAt: performance.now(), firstAt: 0, lastAt: 0, tokens: 0 };
  llama.maxThreads = threads;
  await sequence.clearHistory();
  for await (const _token of sequence.evaluate(tokens, { temperature: 0, yieldEogToken: true, evaluationPriority: priorityOf(index) })) {
    times.lastAt = performance.now();
    if (times.tokens === 0) {
      times.firstAt = times.lastAt;
      llama.maxThreads = Math.max(1, threads - 1);
    }
    times.tokens += 1;
    if (times.tokens >= order.outputTokens) break;
  }
  return times;
}

process.on('message', (order: StreamsOrder) => {
  void Promise.all(Array.from({ length: order.streams }, (_, index) => one(index, order))).then((streams) => process.send?.(resultOf(streams)));
});
process.send?.('ready');
