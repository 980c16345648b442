import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useQuery } from '../../state/queries.ts';
import { QueryState } from '../../ui/query-state.tsx';

/** Importance matrices that can be used, newest first. */
export function MatricesTab() {
  const { t } = useTexts();
  const matrices = useQuery('matrices', (signal) => client.quantization.matrices({}, { signal }), { topics: ['quantization'] });
  return (
    <QueryState query={matrices}>
      {(rows) => (
        <ul aria-label={t('quality.tabs.matrices')}>
          {rows.length === 0 && <li>{t('common.none')}</li>}
          {rows.map((row) => (
            <li key={row.id}>{t('deployments.modelVersion', { model: row.modelName, version: row.versionNumber })}</li>
          ))}
        </ul>
      )}
    </QueryState>
  );
}
