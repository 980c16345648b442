import { expect, it } from 'vitest';
import { JOB_KINDS } from '../../main/contract/jobs.contract.ts';
import { catalogue } from './catalogue.ts';
import { jobEndedSentence } from './job-sentence.ts';

it('tells the end of every kind of job in a sentence of its own', () => {
  for (const { jobs } of Object.values(catalogue)) {
    const sentences = JOB_KINDS.flatMap((kind) => (['succeeded', 'failed'] as const).map((state) => jobEndedSentence(jobs, { kind, state, title: 'ward-3' })));
    expect(new Set(sentences).size).toBe(JOB_KINDS.length * 2);
    for (const sentence of sentences) expect(sentence).toMatch(/ward-3.*[.。]$/);
  }
});

it('has a sentence for a kind it does not know', () => {
  const { jobs } = catalogue.en;
  expect(jobEndedSentence(jobs, { kind: 'models.dream', state: 'succeeded', title: 'a.gguf' })).toBe('“a.gguf” is done.');
  expect(jobEndedSentence(jobs, { kind: 'constructor', state: 'failed', title: 'a.gguf' })).toBe('“a.gguf” failed.');
});
