import { randomBytes } from 'node:crypto';
import { EventFlusher } from '../event-flusher.ts';
import type { TokenLogprob } from '../generation.ts';
import type { PromptTools } from '../prompt-format.ts';
import type { AnswerEvent } from '../serving-loop.ts';
import { StopTexts } from '../stop-texts.ts';
import { ToolCallReader } from '../structured/tool-call-reader.ts';
import type { ToolCallPiece } from '../structured/tool-call-reader.ts';
import { ToolCallTrigger } from '../structured/tool-call-trigger.ts';
import type { TokenPieces } from './token-pieces.ts';

export interface AnswerTextOptions {
  pieces: TokenPieces;
  stopTexts: readonly string[];
  tools: PromptTools | null;
  onEvent: (event: AnswerEvent) => void;
  /** A call has begun; `written` already belongs to it. What follows can be held to its form from here on. */
  onCall: (written: string) => void;
}

/** Why an answer has just ended by what was written. */
export type TextEnd = { reason: 'stop'; stopText: string } | { reason: 'tool-calls' };

/** Makes text and calls of tools of tokens as they are written, and says when a stop text or the last call ends the answer. */
export interface AnswerText {
  push(token: number, logprob: TokenLogprob | null): TextEnd | null;
  /**
   * The answer has ended for another reason: what was held back, because it might have become a stop text, a call or a whole character, belongs to it after
   * all. True where that completed a call.
   */
  end(): boolean;
  /** Sends what waits; nothing more belongs to the answer. */
  flush(): void;
}

export function createAnswerText(options: AnswerTextOptions): AnswerText {
  const { pieces, tools } = options;
  const decoder = new TextDecoder();
  const stops = new StopTexts(options.stopTexts);
  const flusher = new EventFlusher(options.onEvent);
  const trigger = tools === null ? null : new ToolCallTrigger(tools.syntax);
  const calls = tools === null ? null : createCalls(tools, flusher);
  let inCalls = false;

  const addText = (text: string, tokens: number, logprob: TokenLogprob | null): TextEnd | null => {
    const step = stops.push(text);
    flusher.add({ kind: 'text', text: step.text, tokens, ...(logprob === null ? {} : { logprobs: [logprob] }) });
    return step.stop === null ? null : { reason: 'stop', stopText: step.stop };
  };

  return {
    push(token, logprob) {
      const text = decoder.decode(pieces.bytesOf(token, trigger !== null), { stream: true });
      if (trigger === null || calls === null) return addText(text, 1, logprob);
      if (inCalls) return calls.read(text, 1);
      const step = trigger.push(text);
      const stopped = addText(step.text, 1, logprob);
      if (stopped !== null || !step.triggered) return stopped;
      inCalls = true;
      options.onCall(step.rest);
      return calls.read(step.rest, 0);
    },
    end() {
      const last = decoder.decode();
      if (inCalls && calls !== null) {
        const completed = calls.finish(last);
        flusher.flush();
        return completed;
      }
      const held = trigger === null ? last : trigger.push(last).text + trigger.rest();
      const step = stops.push(held);
      flusher.add({ kind: 'text', text: step.text + (step.stopped ? '' : stops.rest()), tokens: 0 });
      flusher.flush();
      return false;
    },
    flush: () => flusher.flush(),
  };
}

interface Calls {
  read(text: string, tokens: number): TextEnd | null;
  /** True where the calls are complete. */
  finish(text: string): boolean;
}

function createCalls({ tools, syntax, parallel }: PromptTools, flusher: EventFlusher): Calls {
  const reader = new ToolCallReader({ syntax, names: tools.map(({ name }) => name), parallel });
  /** Tokens of names and of what stands around arguments: told with the arguments. */
  let untold = 0;
  let ended = false;
  let broken = false;
  const tell = (piece: ToolCallPiece): void => {
    switch (piece.kind) {
      case 'call':
        flusher.add({ kind: 'toolCall', index: piece.index, id: `call_${randomBytes(12).toString('hex')}`, name: piece.name });
        break;
      case 'arguments':
        flusher.add({ kind: 'toolArguments', index: piece.index, text: piece.text, tokens: untold });
        untold = 0;
        break;
      case 'end':
        ended = true;
        break;
      case 'malformed':
        // Nothing held it to the form: what it wrote is then an answer in words.
        broken = true;
        flusher.add({ kind: 'text', text: piece.text, tokens: untold });
        untold = 0;
        break;
    }
  };
  const take = (text: string): void => {
    if (!broken) reader.push(text).forEach(tell);
    else if (text !== '') tell({ kind: 'malformed', expected: 'name', text });
  };
  return {
    read(text, tokens) {
      untold += tokens;
      take(text);
      return ended ? { reason: 'tool-calls' } : null;
    },
    finish(text) {
      take(text);
      if (!broken && !ended) reader.finish().forEach(tell);
      return ended && !broken;
    },
  };
}
