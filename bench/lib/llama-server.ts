import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../main/gateway/testing/scripted-gateway.ts';
import { takeLlamaTool } from './llama-tools.ts';

export interface LlamaServer {
  baseUrl: string;
  end(): Promise<void>;
}

const READY_WITHIN_MS = 120_000;

/** llama.cpp's own server on the same file, with as many sequences and threads; null where it is not to be had (llama-tools.ts). */
export async function startLlamaServer(folder: string, { model, sequences, contextOfEach, threads }: { model: string; sequences: number; contextOfEach: number; threads: number }): Promise<LlamaServer | null> {
  if (!takeLlamaTool('llama-server', folder)) return null;
  const port = await freePort();
  const options = { '--model': model, '--parallel': sequences, '--ctx-size': sequences * contextOfEach, '--threads': threads, '--port': port, '--host': '127.0.0.1', '--n-gpu-layers': 0 };
  const child = spawn(join(folder, 'llama-server'), [...Object.entries(options).flatMap(([name, value]) => [name, String(value)]), '--no-webui'], {
    env: { ...process.env, LD_LIBRARY_PATH: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said = (said + piece.toString()).slice(-2000)));
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`llama-server did not start: ${said}`);
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    if (answer?.ok === true) break;
    await delay(100);
  }
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    async end() {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}
