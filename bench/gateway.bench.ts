import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { medianOf } from '../main/engine/measuring/spread.ts';
import { writeRandomModel } from '../main/engine/testing/random-model.ts';
import { temporaryFolder } from '../main/kernel/testing/temporary-house.ts';
import { importModel, startTestApplication, until } from '../main/testing/test-application.ts';
import { startStreamsChild } from './lib/ask-child.ts';
import type { StreamsChild } from './lib/ask-child.ts';
import { builtWorkers } from './lib/built-workers.ts';
import { figure } from './lib/figures.ts';
import { startLlamaServer } from './lib/llama-server.ts';
import type { LlamaServer } from './lib/llama-server.ts';
import type { Figure } from './lib/figures.ts';
import type { StreamsOrder, StreamsResult } from './lib/streams-protocol.ts';

const rounds = 7;
const firstTokenRounds = 40;
const sequences = 16;
const orders: readonly StreamsOrder[] = [
  { streams: 1, promptTokens: 64, outputTokens: 160 },
  { streams: 8, promptTokens: 64, outputTokens: 96 },
  { streams: 16, promptTokens: 64, outputTokens: 64 },
];

/**
 * Streams through the gateway, over HTTP and from another process, against node-llama-cpp writing them in its own process with nothing in between; the
 * same file, in turn. The main process is this one: how long its event loop is held up while 16 streams go through it is looked at too.
 */
export async function benchGateway(): Promise<Figure[]> {
  const folder = temporaryFolder('bench');
  const test = await startTestApplication({ changes: { ...builtWorkers(), servesModels: true } });
  const children: StreamsChild[] = [];
  const servers: LlamaServer[] = [];
  try {
    const path = join(folder.path, 'model.gguf');
    await writeRandomModel(path, { architecture: 'llama', layers: 8, embedding: 768, heads: 12, headsKv: 4, feedForward: 2048, vocabulary: 8000, context: 2048, tensorType: 'Q8_0', seed: 5 });
    const modelId = await importModel(test.client, path, 'bench');
    const versionId = (await test.client.models.get({ modelId })).versions[0]?.id ?? '';
    const { recommended, limits } = await test.client.deployments.fit({ versionId });
    const settings = { ...recommended.settings, contextSize: 512, parallelSequences: sequences };
    const { id } = await test.client.deployments.create({ name: 'bench', versionId, settings, limits: { ...limits, queueLimit: 64 }, trialId: null });
    await until(async () => (await test.client.deployments.get({ deploymentId: id })).state === 'ready');
    const { baseUrl } = await test.client.gateway.status({});
    const { secret } = await test.client.apiKeys.create({ name: 'bench' });
    const raw = await startStreamsChild('raw-streams.ts', { model: path, sequences: String(sequences), threads: String(settings.threads) });
    const gateway = await startStreamsChild('http-streams.ts', { url: baseUrl, key: secret, model: 'bench' });
    children.push(raw, gateway);
    const figures: Figure[] = [];
    figures.push(...(await compareFirstTokens({ raw, gateway })));
    for (const order of orders) figures.push(...(await compare(order, { raw, gateway })));
    const peer = await startLlamaServer(folder.path, { model: path, sequences, contextOfEach: 512, threads: settings.threads });
    if (peer === null) process.stdout.write('gateway: the comparison with llama-server is left out, MODELWARD_LLAMA_TOOLS names no folder with it\n');
    else {
      servers.push(peer);
      const theirs = await startStreamsChild('http-streams.ts', { url: peer.baseUrl, key: 'none', model: 'bench' });
      children.push(theirs);
      figures.push(...(await compareWithServer({ streams: 8, promptTokens: 64, outputTokens: 96 }, { gateway, theirs })));
    }
    return figures;
  } finally {
    for (const child of children) await child.end();
    for (const server of servers) await server.end();
    await test.dispose();
    folder.remove();
  }
}

/** The same programs ask llama.cpp's own server, in turn. */
async function compareWithServer(order: StreamsOrder, { gateway, theirs }: { gateway: StreamsChild; theirs: StreamsChild }): Promise<Figure[]> {
  const runs: { house: StreamsResult; server: StreamsResult }[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const early = round % 2 === 0 ? await theirs.measure(order) : null;
    const house = await gateway.measure(order);
    const server = early ?? (await theirs.measure(order));
    if (round >= 0) runs.push({ house, server });
  }
  return [
    figure({ name: `gateway: ${order.streams} streams over llama-server, in turn`, unit: 'ratio', runs: runs.map(({ house, server }) => house.tokensPerSecond / server.tokensPerSecond), aim: { words: '≥ 1.0', met: (median) => median >= 1 } }),
    figure({ name: `llama-server: ${order.streams} streams, tokens of all`, unit: 'tok/s', runs: runs.map(({ server }) => server.tokensPerSecond) }),
    figure({ name: `gateway: first token of ${order.streams} streams later than llama-server`, unit: 'ms', runs: runs.map(({ house, server }) => medianOf(house.ttftMs) - medianOf(server.ttftMs)) }),
  ];
}

/** How much later the first token of a single stream comes: short answers, many of them, because a busy machine moves a first token by more than the way costs. */
async function compareFirstTokens({ raw, gateway }: { raw: StreamsChild; gateway: StreamsChild }): Promise<Figure[]> {
  const order = { streams: 1, promptTokens: 64, outputTokens: 4 };
  const house: number[] = [];
  const library: number[] = [];
  for (let round = -2; round < firstTokenRounds; round += 1) {
    const early = round % 2 === 0 ? await raw.measure(order) : null;
    const { ttftMs } = await gateway.measure(order);
    const { ttftMs: theirs } = early ?? (await raw.measure(order));
    if (round < 0) continue;
    house.push(...ttftMs);
    library.push(...theirs);
  }
  return [
    figure({ name: 'gateway: first token of one stream later than raw', unit: 'ms', runs: house.map((ms, round) => ms - (library[round] ?? 0)), aim: { words: '< 5 ms', met: (median) => median < 5 } }),
    figure({ name: 'gateway: first token of one stream', unit: 'ms', runs: house }),
    figure({ name: 'raw node-llama-cpp: first token of one stream', unit: 'ms', runs: library }),
  ];
}

async function compare(order: StreamsOrder, { raw, gateway }: { raw: StreamsChild; gateway: StreamsChild }): Promise<Figure[]> {
  const runs: { house: StreamsResult; library: StreamsResult }[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  for (let round = -1; round < rounds; round += 1) {
    // Who goes first changes, so that a machine that gets slower favours neither.
    const early = round % 2 === 0 ? await raw.measure(order) : null;
    delay.enable();
    const house = await gateway.measure(order);
    delay.disable();
    const library = early ?? (await raw.measure(order));
    if (round >= 0) runs.push({ house, library });
    else delay.reset();
  }
  const { streams } = order;
  const many = streams === 1 ? 'one stream' : `${streams} streams`;
  const aim = streams === 1 ? { words: '≥ 0.97', met: (median: number) => median >= 0.97 } : { words: '≥ 0.95', met: (median: number) => median >= 0.95 };
  return [
    figure({ name: `gateway: ${many} over raw node-llama-cpp, in turn`, unit: 'ratio', runs: runs.map(({ house, library }) => house.tokensPerSecond / library.tokensPerSecond), aim }),
    figure({ name: `gateway: ${many}, tokens of all`, unit: 'tok/s', runs: runs.map(({ house }) => house.tokensPerSecond) }),
    figure({ name: `raw node-llama-cpp: ${many}, tokens of all`, unit: 'tok/s', runs: runs.map(({ library }) => library.tokensPerSecond) }),
    ...(streams === 1 ? [] : [figure({ name: `gateway: first token of ${many} later than raw`, unit: 'ms', runs: runs.map(({ house, library }) => medianOf(house.ttftMs) - medianOf(library.ttftMs)) })]),
    figure({ name: `main process: event-loop delay, p99, ${many}`, unit: 'ms', runs: [delay.percentile(99) / 1e6], aim: { words: '< 20 ms', met: (median) => median < 20 } }),
  ];
}
