import { openParentPort } from '../../kernel/processes/parent-port.ts';
import { BEAT_INTERVAL_MS, toInferenceSchema } from '../inference/inference-protocol.ts';
import type { FromInference } from '../inference/inference-protocol.ts';

/**
 * An inference process for tests that loads nothing and misbehaves as the deployment's name says. It speaks the real
 * protocol, so that the supervisor cannot tell it from a real one before it goes wrong.
 */
const parent = openParentPort();
const send = (message: FromInference): void => parent.send(message);
const kept: Buffer[] = [];

let beating = true;
setInterval(() => {
  if (!beating) return;
  const rssBytes = process.memoryUsage.rss();
  send({ kind: 'beat', rssBytes, peakRssBytes: rssBytes, activeRequests: 0, queuedRequests: 0, promptTokens: 0, outputTokens: 0 });
}, BEAT_INTERVAL_MS);

function beReady(): void {
  const chatFormat = { kind: 'plain', name: 'plain', problem: null } as const;
  const report = { loadMs: 1, rssBytes: process.memoryUsage.rss(), gpuLayers: 0, deviceNames: [], contextSize: 512, parallelSequences: 1, chatFormat, loop: { kind: 'library', problem: null } as const };
  send({ kind: 'ready', report });
}

function hang(): void {
  for (;;);
}

/** Grows by 20 MB every 20 ms; Buffer.alloc with a fill touches every page. */
function eat(): void {
  kept.push(Buffer.alloc(20_000_000, 1));
}

function eatWithoutATurn(): void {
  for (;;) {
    eat();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
}

parent.onMessage((raw) => {
  const message = toInferenceSchema.parse(raw);
  if (message.kind === 'load') {
    switch (message.name) {
      case 'never-ready':
        break;
      case 'hang-at-load':
        hang();
        break;
      case 'crash-at-load':
        console.error('GGML_ASSERT(tensor->data != nullptr) failed');
        process.abort();
        break;
      case 'eat-at-load':
        setInterval(eat, 20);
        break;
      case 'crash-loop':
        beReady();
        setTimeout(() => process.exit(3), 30);
        break;
      default:
        beReady();
    }
  }
  if (message.kind === 'generate') {
    const { requestId, order } = message;
    const wish = order.prompt.kind === 'chat' ? order.prompt.messages[0]?.content : '';
    send({ kind: 'event', requestId, event: { kind: 'started', promptTokens: 1, cachedTokens: 0 } });
    send({ kind: 'event', requestId, event: { kind: 'text', text: 'so far so good', tokens: 3 } });
    // Let the text get away first.
    setTimeout(() => {
      if (wish === 'hang') hang();
      if (wish === 'eat silently') eatWithoutATurn();
      if (wish === 'stop beating') beating = false;
      if (wish === 'abort') {
        console.error('ggml-cpu.c:1234: GGML_ASSERT(ne00 == ne10) failed');
        process.abort();
      }
      if (wish === 'talk nonsense') parent.send({ kind: 'event', requestId, event: { kind: 'text', text: 42 } });
    }, 50);
  }
  // Nothing of this kind ever stops when asked: ending it is the supervisor's business.
});
