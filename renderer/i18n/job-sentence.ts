import type { Catalogue } from './catalogue.ts';
import { fill } from './fill.ts';

/**
 * How a job ended, in a sentence for its kind. A kind that has none – of a row written by a newer Modelward – is told in a
 * sentence that fits every job.
 */
export function jobEndedSentence(jobs: Catalogue['jobs'], job: { kind: string; state: 'succeeded' | 'failed'; title: string }): string {
  const own: Record<string, { succeeded: string; failed: string }> = jobs.ended;
  const sentences = Object.hasOwn(own, job.kind) ? own[job.kind] : undefined;
  return fill((sentences ?? jobs.endedAny)[job.state], { title: job.title });
}
