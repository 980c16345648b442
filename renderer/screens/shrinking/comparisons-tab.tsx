import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useQuery } from '../../state/queries.ts';
import { QueryState } from '../../ui/query-state.tsx';

/** What shrinking has cost, newest first. */
export function ComparisonsTab() {
  const { t } = useTexts();
  const evaluations = useQuery('evaluations', (signal) => client.quantization.evaluations({}, { signal }), { topics: ['quantization'] });
  return (
    <QueryState query={evaluations}>
      {(rows) => (
        <ul aria-label={t('quality.tabs.comparisons')}>
          {rows.length === 0 && <li>{t('common.none')}</li>}
          {rows.map((row) => (
            <li key={row.id}>{`${t('deployments.modelVersion', { model: row.modelName, version: row.versionNumber })} (${row.quantization})`}</li>
          ))}
        </ul>
      )}
    </QueryState>
  );
}
