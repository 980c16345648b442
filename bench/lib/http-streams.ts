import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { freshTokens, resultOf } from './streams-protocol.ts';
import type { StreamsOrder, StreamTimes } from './streams-protocol.ts';

/** A program of the house: asks an OpenAI-compatible endpoint for streams over HTTP, from a process of its own. */
const { values } = parseArgs({ options: { url: { type: 'string', default: '' }, key: { type: 'string', default: '' }, model: { type: 'string', default: '' } } });
const agent = new Agent({ keepAlive: true });

function one(order: StreamsOrder): Promise<StreamTimes> {
  const body = JSON.stringify({
    model: values.model,
    prompt: freshTokens(order.promptTokens),
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0,
    max_tokens: order.outputTokens,
  });
  const times: StreamTimes = { askedAt: performance.now(), firstAt: 0, lastAt: 0, tokens: 0 };
  return new Promise((resolve, reject) => {
    const asked = request(`${values.url}/completions`, { method: 'POST', agent, headers: { authorization: `Bearer ${values.key}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
        const now = performance.now();
        if (piece.includes('"text":"')) {
          times.firstAt ||= now;
          times.lastAt = now;
        }
      });
      response.on('end', () => {
        const usage = /"completion_tokens":(\d+)/.exec(text);
        if (response.statusCode !== 200 || usage === null) reject(new Error(`${response.statusCode}: ${text.slice(0, 300)}`));
        else resolve({ ...times, tokens: Number(usage[1]) });
      });
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

process.on('message', (order: StreamsOrder) => {
  Promise.all(Array.from({ length: order.streams }, () => one(order))).then(
    (streams) => process.send?.(resultOf(streams)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.send?.('ready');
