import type { ModelDetail } from '../../../main/contract/models.contract.ts';
import { client } from '../../client/connection.ts';
import { useQuery } from '../../state/queries.ts';
import type { Query } from '../../state/queries.ts';

/** One model with its versions; the same answer as on its page. */
export function useModel(modelId: string | null | undefined): Query<ModelDetail> {
  return useQuery(`model/${modelId ?? ''}`, (signal) => client.models.get({ modelId: modelId ?? '' }, { signal }), {
    topics: ['models', 'deployments'],
    enabled: typeof modelId === 'string',
  });
}

/** The model a version belongs to, found by looking through all; null when there is none any more. */
export function useModelOfVersion(versionId: string | undefined): Query<ModelDetail | null> {
  return useQuery(
    `model-of/${versionId ?? ''}`,
    async (signal) => {
      for (const { id } of await client.models.list({}, { signal })) {
        const model = await client.models.get({ modelId: id }, { signal });
        if (model.versions.some((version) => version.id === versionId)) return model;
      }
      return null;
    },
    { topics: ['models'], enabled: versionId !== undefined },
  );
}
