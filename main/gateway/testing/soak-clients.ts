import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Programs that never stop asking, in a process of their own: each key's streams ask again as soon as an answer has ended or its Retry-After is over. */
export interface SoakOrder {
  baseUrl: string;
  model: string;
  keys: readonly { name: string; secret: string; streams: number }[];
  maxTokens: number;
}

export interface SoakCount {
  /** Tokens that came, by key. */
  tokens: Record<string, number>;
  /** Answers by status; `broken` for one that did not come to its end, with the first of what was wrong. */
  statuses: Record<string, number>;
  /** Refusals without Retry-After, and what no answer should be. */
  faults: string[];
}

const MOST_FAULTS = 10;
const agent = new Agent({ keepAlive: true, maxSockets: 1000 });
const counts: SoakCount = { tokens: {}, statuses: {}, faults: [] };
const asking = { goesOn: true };

process.on('message', (message: SoakOrder | 'look' | 'end') => {
  if (message === 'look') process.send?.(counts);
  else if (message === 'end') asking.goesOn = false;
  else for (const key of message.keys) for (let stream = 0; stream < key.streams; stream += 1) void askForEver(message, key);
});
process.on('disconnect', () => process.exit(0));

async function askForEver({ baseUrl, model, maxTokens }: SoakOrder, { name, secret }: SoakOrder['keys'][number]): Promise<void> {
  for (let turn = 0; asking.goesOn; turn += 1) {
    const prompt = `${name} ${String(turn)} ${String(Math.random())}`;
    const { status, retryAfterSeconds, isWhole, text } = await ask(`${baseUrl}/completions`, secret, { model, prompt, stream: true, stream_options: { include_usage: true }, max_tokens: maxTokens, temperature: 0 });
    counts.tokens[name] = (counts.tokens[name] ?? 0) + Number(/"completion_tokens":(\d+)/.exec(text)?.[1] ?? 0);
    const outcome = status === 200 && !isWhole ? 'broken' : String(status);
    counts.statuses[outcome] = (counts.statuses[outcome] ?? 0) + 1;
    const isIntended = (status === 200 && isWhole) || ((status === 429 || status === 503) && retryAfterSeconds > 0);
    if (!isIntended && counts.faults.length < MOST_FAULTS) counts.faults.push(`${outcome}: ${text.slice(-300)}`);
    if (status !== 200) await delay(Math.max(0.2, retryAfterSeconds) * 1000);
  }
}

function ask(url: string, secret: string, order: object): Promise<{ status: number; retryAfterSeconds: number; isWhole: boolean; text: string }> {
  const body = JSON.stringify(order);
  return new Promise((resolve) => {
    let text = '';
    const asked = request(url, { method: 'POST', agent, headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }, (response) => {
      const end = (): void => resolve({ status: response.statusCode ?? 0, retryAfterSeconds: Number(response.headers['retry-after'] ?? 0), isWhole: text.endsWith('data: [DONE]\n\n'), text });
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', end);
      response.on('error', end);
    });
    asked.on('error', (error) => resolve({ status: 0, retryAfterSeconds: 0, isWhole: false, text: String(error) }));
    asked.end(body);
  });
}
