import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import type { Evaluation } from '../../../main/contract/quantization.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useQuery } from '../../state/queries.ts';
import type { RouteOf } from '../../state/routes.ts';
import { useMay } from '../../state/session.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { ApprovalButton } from './approval-button.tsx';
import { ComparisonCard } from './comparison-card.tsx';
import { isRecommended } from './comparison-rows.ts';
import { EvaluateDialog } from './evaluate-dialog.tsx';
import { useModel } from './use-model.ts';

/** One comparison: what a version lost and gained against another one. */
export default function ComparisonScreen({ route }: { route: RouteOf<'comparison'> }) {
  const { t } = useTexts();
  const { evaluationId } = route;
  const evaluation = useQuery(`evaluation/${evaluationId}`, (signal) => client.quantization.evaluation({ evaluationId }, { signal }), { topics: ['quantization'] });
  const { data } = evaluation;
  const title =
    data === undefined
      ? t('comparisons.back')
      : t('comparisons.title', { name: data.modelName, number: data.versionNumber, parentNumber: data.parentVersionNumber });
  return (
    <Page
      key={evaluationId}
      title={title}
      layout="narrow"
      back={<BackLink to={{ screen: 'quality', tab: 'comparisons' }} label={t('comparisons.back')} />}
      actions={data === undefined ? undefined : <Actions evaluation={data} />}
    >
      <QueryState query={evaluation}>
        {(known) => (
          <Panel>
            <ComparisonCard evaluation={known} actions={<Approval evaluation={known} />} />
          </Panel>
        )}
      </QueryState>
    </Page>
  );
}

function Approval({ evaluation }: { evaluation: Evaluation }) {
  const model = useModel(evaluation.modelId);
  const version = model.data?.versions.find(({ id }) => id === evaluation.versionId);
  if (model.data === undefined || version === undefined) return null;
  return <ApprovalButton model={model.data} version={version} recommended={isRecommended(evaluation)} />;
}

function Actions({ evaluation }: { evaluation: Evaluation }) {
  const { t } = useTexts();
  const mayMeasure = useMay('quality.manage');
  const [asking, setAsking] = useState(false);
  const { modelId, versionId, parentVersionId } = evaluation;
  return (
    <>
      <Button variant="default" onClick={() => navigate({ screen: 'model', modelId })}>
        {t('comparisons.openModel')}
      </Button>
      {mayMeasure && (
        <Button variant="default" leftSection={<IconRefresh size={18} aria-hidden />} onClick={() => setAsking(true)}>
          {t('comparisons.again')}
        </Button>
      )}
      <EvaluateDialog subject={asking ? { modelId, versionId, parentVersionId } : null} onClose={() => setAsking(false)} />
    </>
  );
}
