import { useCallback, useEffect, useRef, useState } from 'react';
import { asError } from '../../client/as-error.ts';
import { client } from '../../client/connection.ts';
import { keepValue, keptValue } from '../../state/view-state.ts';
import { afterEvent, messagesOf, newTurn, samplingOf, stopped } from './conversation.ts';
import type { AnswerSettings, Turn } from './conversation.ts';

export interface Conversation {
  turns: readonly Turn[];
  running: boolean;
  ask: (question: string, settings: AnswerSettings) => void;
  /** Asks the last question again in place of its answer. */
  askAgain: (settings: AnswerSettings) => void;
  /** The same with other turns before it, e.g. with some left out. */
  askAgainAfter: (before: readonly Turn[], settings: AnswerSettings) => void;
  stop: () => void;
  clear: () => void;
  restore: (turns: readonly Turn[]) => void;
}

/**
 * A conversation with one deployment. Tokens are gathered and shown once a frame, so that an answer of ten thousand stays
 * smooth. It is kept while one looks elsewhere; an answer that is being written then ends.
 */
export function useConversation(deploymentId: string): Conversation {
  const key = `playground/${deploymentId}/turns`;
  const [turns, setTurns] = useState<readonly Turn[]>(() => (keptValue(key) as readonly Turn[] | undefined) ?? []);
  const latest = useRef(turns);
  const controller = useRef<AbortController | null>(null);
  const frame = useRef(0);
  const [running, setRunning] = useState(false);

  const show = useCallback(
    (next: readonly Turn[]): void => {
      latest.current = next;
      keepValue(key, next);
      setTurns(next);
    },
    [key],
  );
  useEffect(
    () => () => {
      controller.current?.abort();
      cancelAnimationFrame(frame.current);
      const last = latest.current.at(-1);
      if (last !== undefined) keepValue(key, [...latest.current.slice(0, -1), stopped(last)]);
    },
    [key],
  );

  const start = (before: readonly Turn[], question: string, settings: AnswerSettings): void => {
    if (controller.current !== null) return;
    const own = new AbortController();
    controller.current = own;
    let turn = newTurn((before.at(-1)?.id ?? 0) + 1, question);
    show([...before, turn]);
    setRunning(true);
    const draw = (): void => {
      frame.current = 0;
      show([...before, turn]);
    };
    const follow = async (): Promise<void> => {
      const messages = messagesOf([...before, turn], settings.system);
      for await (const event of await client.deployments.chat({ deploymentId, messages, sampling: samplingOf(settings) }, { signal: own.signal })) {
        turn = afterEvent(turn, event);
        if (frame.current === 0) frame.current = requestAnimationFrame(draw);
      }
      turn = stopped(turn);
    };
    follow()
      .catch((thrown: unknown) => {
        const error = asError(thrown);
        turn = own.signal.aborted || error.code === 'CANCELLED' ? stopped(turn) : { ...turn, phase: 'ended', error };
      })
      .finally(() => {
        cancelAnimationFrame(frame.current);
        frame.current = 0;
        controller.current = null;
        show([...before, turn]);
        setRunning(false);
      })
      .catch(console.error);
  };
  return {
    turns,
    running,
    ask: (question, settings) => start(latest.current, question, settings),
    askAgain: (settings) => {
      const last = latest.current.at(-1);
      if (last !== undefined) start(latest.current.slice(0, -1), last.question, settings);
    },
    askAgainAfter: (before, settings) => {
      const last = latest.current.at(-1);
      if (last !== undefined) start(before, last.question, settings);
    },
    stop: () => controller.current?.abort(),
    clear: () => show([]),
    restore: show,
  };
}
