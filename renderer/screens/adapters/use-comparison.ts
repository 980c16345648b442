import { useEffect, useRef, useState } from 'react';
import type { AdapterChoice } from '../../../main/contract/deployments.contract.ts';
import { asError } from '../../client/as-error.ts';
import { client } from '../../client/connection.ts';
import { afterEvent, newTurn, stopped } from '../playground/conversation.ts';
import type { Turn } from '../playground/conversation.ts';

export interface ComparisonQuestion {
  question: string;
  temperature: number;
  maxOutputTokens: number;
  variants: AdapterChoice[][];
}

export interface Comparison {
  /** One for each answer of the last question; empty before the first. */
  turns: readonly Turn[];
  /** Place of the answer being written; null when none is. */
  current: number | null;
  ask: (question: ComparisonQuestion) => void;
  stop: () => void;
  /** Forgets the answers: they were asked with other adapters than are chosen now. */
  clear: () => void;
}

/** The same question with different adapters, one answer after the other. Leaving the screen ends it. */
export function useComparison(deploymentId: string): Comparison {
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const [current, setCurrent] = useState<number | null>(null);
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);

  const ask = ({ question, temperature, maxOutputTokens, variants }: ComparisonQuestion): void => {
    if (controller.current !== null) return;
    const own = new AbortController();
    controller.current = own;
    let place = 0;
    let shown: Turn[] = variants.map((_, index) => newTurn(index + 1, question));
    let frame = 0;
    const draw = (): void => {
      frame = 0;
      setTurns(shown);
      setCurrent(place);
    };
    const change = (index: number, next: (turn: Turn) => Turn): void => {
      shown = shown.map((turn, at) => (at === index ? next(turn) : turn));
    };
    draw();
    const follow = async (): Promise<void> => {
      const input = { deploymentId, messages: [{ role: 'user' as const, content: question }], sampling: { temperature, maxOutputTokens }, variants };
      for await (const { variant, event } of await client.deployments.compareAdapters(input, { signal: own.signal })) {
        place = variant;
        change(variant, (turn) => afterEvent(turn, event));
        if (frame === 0) frame = requestAnimationFrame(draw);
      }
    };
    follow()
      .catch((thrown: unknown) => {
        const error = asError(thrown);
        if (!own.signal.aborted && error.code !== 'CANCELLED') change(place, (turn) => ({ ...turn, phase: 'ended', error }));
      })
      .finally(() => {
        cancelAnimationFrame(frame);
        controller.current = null;
        shown = shown.map(stopped);
        setTurns(shown);
        setCurrent(null);
      })
      .catch(console.error);
  };
  return { turns, current, ask, stop: () => controller.current?.abort(), clear: () => setTurns([]) };
}
