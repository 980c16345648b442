import type { GenerationEvent, TokenLogprob } from '../../engine/inference/generation.ts';
import { saysNothing } from './collect-answers.ts';
import { answerId } from './ids.ts';
import { logprobsBody, outputText } from './responses-body.ts';
import type { OutputItem } from './responses.schema.ts';

/** What is open while a response is written: the message, or one function call. */
type OpenItem = { kind: 'message'; id: string; place: number; text: string; logprobs: TokenLogprob[] } | { kind: 'call'; id: string; place: number; callId: string; name: string; given: string };

/** The official sequence of events of one streamed response. */
export interface ResponseEvents {
  /** Items that are complete. */
  readonly output: OutputItem[];
  /** Number of the next event. */
  sequenceNumber(): number;
  /** One event of the API, numbered. */
  event(type: string, fields: object): string;
  /** The events behind one of the engine's; empty where it is not told. */
  of(event: GenerationEvent): string;
}

export function createResponseEvents(): ResponseEvents {
  const output: OutputItem[] = [];
  let sequence = 0;
  let open: OpenItem | null = null;

  const event = (type: string, fields: object): string => {
    const text = `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence, ...fields })}\n\n`;
    sequence += 1;
    return text;
  };
  const openMessage = (): { item: Extract<OpenItem, { kind: 'message' }>; events: string } => {
    if (open?.kind === 'message') return { item: open, events: '' };
    const before = close('completed');
    const item = { kind: 'message' as const, id: answerId('msg_'), place: output.length, text: '', logprobs: [] };
    open = item;
    const added = event('response.output_item.added', { output_index: item.place, item: { type: 'message', id: item.id, role: 'assistant', status: 'in_progress', content: [] } });
    return { item, events: before + added + event('response.content_part.added', { item_id: item.id, output_index: item.place, content_index: 0, part: outputText('', []) }) };
  };
  const close = (status: 'completed' | 'incomplete'): string => {
    if (open === null) return '';
    const item = open;
    open = null;
    const at = { item_id: item.id, output_index: item.place };
    if (item.kind === 'message') {
      const part = outputText(item.text, item.logprobs);
      const whole: OutputItem = { type: 'message', id: item.id, role: 'assistant', status, content: [part] };
      output.push(whole);
      return (
        event('response.output_text.done', { ...at, content_index: 0, text: item.text, logprobs: part.logprobs }) +
        event('response.content_part.done', { ...at, content_index: 0, part }) +
        event('response.output_item.done', { output_index: item.place, item: whole })
      );
    }
    const whole: OutputItem = { type: 'function_call', id: item.id, call_id: item.callId, name: item.name, arguments: item.given, status };
    output.push(whole);
    return event('response.function_call_arguments.done', { ...at, name: item.name, arguments: item.given }) + event('response.output_item.done', { output_index: item.place, item: whole });
  };

  return {
    output,
    sequenceNumber: () => sequence,
    event,
    of(told) {
      switch (told.kind) {
        case 'text': {
          if (saysNothing(told)) return '';
          const { item, events } = openMessage();
          item.text += told.text;
          item.logprobs.push(...(told.logprobs ?? []));
          return events + event('response.output_text.delta', { item_id: item.id, output_index: item.place, content_index: 0, delta: told.text, logprobs: logprobsBody(told.logprobs ?? []) });
        }
        case 'toolCall': {
          const before = close('completed');
          open = { kind: 'call', id: answerId('fc_'), place: output.length, callId: told.id, name: told.name, given: '' };
          const item = { type: 'function_call', id: open.id, call_id: told.id, name: told.name, arguments: '', status: 'in_progress' };
          return before + event('response.output_item.added', { output_index: open.place, item });
        }
        case 'toolArguments':
          if (open?.kind !== 'call') return '';
          open.given += told.text;
          return event('response.function_call_arguments.delta', { item_id: open.id, output_index: open.place, delta: told.text });
        case 'finished': {
          // An answer without a word is a message without a word.
          const { events } = open === null && output.length === 0 ? openMessage() : { events: '' };
          return events + close(told.reason === 'length' ? 'incomplete' : 'completed');
        }
        case 'queued':
        case 'started':
          return '';
      }
    },
  };
}
