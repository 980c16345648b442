import { randomBytes } from 'node:crypto';

/** An id in the form of the API that tells it, e.g. `chatcmpl-…`. */
export function answerId(prefix: string): string {
  return `${prefix}${randomBytes(12).toString('hex')}`;
}

/** Seconds since 1970. */
export function createdNow(): number {
  return Math.floor(Date.now() / 1000);
}

/** Names one answer in OpenAI's formats. */
export interface AnswerHead {
  id: string;
  created: number;
  model: string;
  system_fingerprint: string | null;
}

export function answerHead(prefix: string, served: { model: string; fingerprint: string | null }): AnswerHead {
  return { id: answerId(prefix), created: createdNow(), model: served.model, system_fingerprint: served.fingerprint };
}
