import type { EmbeddingTry, RankingTry } from '../contract/text-vectors.contract.ts';
import type { AuditLog } from '../audit/index.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { DeploymentRecord } from './deployments.store.ts';
import type { Lease } from './engines.ts';

export interface TryOutParts {
  audit: AuditLog;
  /** Raises NOT_FOUND. */
  require: (deploymentId: string) => DeploymentRecord;
  engineForRequest: (record: DeploymentRecord, signal: AbortSignal) => Promise<Lease>;
}

/** A person looks at what an embedding or a reranking model makes of a few texts. Leaves an event with counts and times, never the texts. */
export interface TryOut {
  embed(interaction: Interaction, input: { deploymentId: string; texts: string[] }): Promise<EmbeddingTry>;
  rank(interaction: Interaction, input: { deploymentId: string; query: string; documents: string[] }): Promise<RankingTry>;
}

export function createTryOut({ audit, require, engineForRequest }: TryOutParts): TryOut {
  const asked = async <Value extends { promptTokens: number }>(interaction: Interaction, deploymentId: string, work: (lease: Lease) => Promise<Value>): Promise<Value & { totalMs: number }> => {
    const record = require(deploymentId);
    const startedMs = performance.now();
    const lease = await engineForRequest(record, interaction.signal);
    try {
      const value = await work(lease);
      const totalMs = performance.now() - startedMs;
      audit.appendAlone(interaction, {
        type: 'deployments.questionAsked',
        object: { type: 'deployment', id: record.id, name: record.name },
        after: { usage: { promptTokens: value.promptTokens, outputTokens: 0 }, totalMs: Math.round(totalMs), finish: 'stop' },
      });
      return { ...value, totalMs };
    } finally {
      lease.release();
    }
  };
  return {
    async embed(interaction, { deploymentId, texts }) {
      const { vectors, promptTokens, totalMs } = await asked(interaction, deploymentId, ({ engine }) => engine.embed({ inputs: texts, share: '' }, interaction.signal));
      return { dimensions: vectors[0]?.length ?? 0, similarities: vectors.map((one) => vectors.map((other) => cosine(one, other))), promptTokens, totalMs };
    },
    async rank(interaction, { deploymentId, query, documents }) {
      return asked(interaction, deploymentId, ({ engine }) => engine.rank({ query, documents, share: '' }, interaction.signal));
    },
  };
}

/** Of vectors of length 1: −1 opposite, 0 nothing in common, 1 the same direction. */
function cosine(one: readonly number[], other: readonly number[]): number {
  return Math.max(-1, Math.min(1, one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0)));
}
