import { StopTexts } from '../stop-texts.ts';
import type { TokenLogprob } from '../generation.ts';
import type { AnswerEvent } from '../serving-loop.ts';
import { EventFlusher } from '../event-flusher.ts';
import type { TokenPieces } from './token-pieces.ts';

export interface AnswerTextOptions {
  pieces: TokenPieces;
  stopTexts: readonly string[];
  onEvent: (event: AnswerEvent) => void;
}

/** Makes text of tokens as they are written, and says when a stop text ends the answer. */
export interface AnswerText {
  /** The stop text that has just ended the answer, or null. */
  push(token: number, logprob: TokenLogprob | null): string | null;
  /** The answer has ended for another reason: what was held back, because it might have become a stop text or a whole character, belongs to it after all. */
  end(): void;
  /** Sends what waits; the answer is not sure to go on. */
  flush(): void;
}

export function createAnswerText({ pieces, stopTexts, onEvent }: AnswerTextOptions): AnswerText {
  const decoder = new TextDecoder();
  const stops = new StopTexts(stopTexts);
  const flusher = new EventFlusher(onEvent);
  const add = (text: string, tokens: number, logprob: TokenLogprob | null): void => flusher.add({ kind: 'text', text, tokens, ...(logprob === null ? {} : { logprobs: [logprob] }) });
  return {
    push(token, logprob) {
      const step = stops.push(decoder.decode(pieces.bytesOf(token, false), { stream: true }));
      add(step.text, 1, logprob);
      return step.stop;
    },
    end() {
      const last = stops.push(decoder.decode());
      add(last.text + (last.stopped ? '' : stops.rest()), 0, null);
      flusher.flush();
    },
    flush: () => flusher.flush(),
  };
}
