import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { StreamsOrder, StreamsResult } from './streams-protocol.ts';

/** A process of bench/lib that answers orders for streams one after the other. */
export interface StreamsChild {
  measure(order: StreamsOrder): Promise<StreamsResult>;
  end(): Promise<void>;
}

export async function startStreamsChild(file: 'raw-streams.ts' | 'http-streams.ts', options: Record<string, string>): Promise<StreamsChild> {
  const argv = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const child = fork(join(import.meta.dirname, file), argv, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await answerOf(child);
  return {
    async measure(order) {
      child.send(order);
      return (await answerOf(child)) as StreamsResult;
    },
    async end() {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const heard = new AbortController();
  const { signal } = heard;
  const exit = async (): Promise<never> => {
    const [code] = (await once(child, 'exit', { signal })) as [number | null];
    throw new Error(`ended with ${String(code)}`);
  };
  const message = async (): Promise<unknown> => {
    const [answer] = (await once(child, 'message', { signal })) as [unknown];
    return answer;
  };
  const outcomes = [message(), exit()];
  for (const outcome of outcomes) outcome.catch(() => undefined); // whichever comes second is called off
  try {
    return await Promise.race(outcomes);
  } finally {
    heard.abort();
  }
}
