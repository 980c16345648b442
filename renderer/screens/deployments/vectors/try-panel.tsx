import { Button, Textarea, TextInput } from '@mantine/core';
import { IconArrowsSort, IconEqual } from '@tabler/icons-react';
import type { DeploymentView } from '../../../../main/contract/deployments.contract.ts';
import type { ServedPurpose } from '../../../../main/contract/models.contract.ts';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useCommand } from '../../../state/commands.ts';
import { useViewState } from '../../../state/view-state.ts';
import { canBeAsked } from '../../../ui/deployment-state.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Explained } from '../../../ui/key-value-list.tsx';
import { Panel } from '../../../ui/panel.tsx';
import deploymentClasses from '../deployments.module.css';
import { documentsOf } from './documents.ts';
import { RankedList } from './ranked-list.tsx';
import { threeDecimals } from './three-decimals.ts';
import classes from './vectors.module.css';

const LONGEST_TEXT = 20_000;

/** A look at what an embedding or a reranking model makes of a few texts. */
export function TryPanel({ deployment, purpose }: { deployment: DeploymentView; purpose: Exclude<ServedPurpose, 'text-generation'> }) {
  return purpose === 'embedding' ? <TryEmbedding deployment={deployment} /> : <TryRanking deployment={deployment} />;
}

function TryEmbedding({ deployment }: { deployment: DeploymentView }) {
  const { t, format } = useTexts();
  const key = `deployment/${deployment.id}/try`;
  const [first, setFirst] = useViewState(`${key}/first`, t('textVectors.try.sampleFirst'));
  const [second, setSecond] = useViewState(`${key}/second`, t('textVectors.try.sampleSecond'));
  const [seen, setSeen] = useViewState<{ similarity: number; dimensions: number; promptTokens: number; totalMs: number } | null>(`${key}/seen`, null);
  const compare = useCommand(async () => {
    const { similarities, dimensions, promptTokens, totalMs } = await client.deployments.embed({ deploymentId: deployment.id, texts: [first.trim(), second.trim()] });
    setSeen({ similarity: similarities[0]?.[1] ?? 0, dimensions, promptTokens, totalMs });
  });
  const ready = canBeAsked(deployment);
  const field = (label: string, value: string, onValue: (value: string) => void) => (
    <Textarea
      label={label}
      value={value}
      autosize
      minRows={2}
      maxRows={6}
      maxLength={LONGEST_TEXT}
      onChange={(event) => {
        setSeen(null); // it belongs to other texts now
        onValue(event.currentTarget.value);
      }}
    />
  );
  return (
    <Panel title={t('textVectors.try.embeddingTitle')}>
      <div className={deploymentClasses['stack']}>
        <div className={classes['pair']}>
          {field(t('textVectors.try.first'), first, setFirst)}
          {field(t('textVectors.try.second'), second, setSecond)}
        </div>
        <div className={classes['row']}>
          <Button leftSection={<IconEqual size={18} aria-hidden />} loading={compare.running} disabled={!ready || first.trim() === '' || second.trim() === ''} onClick={() => void compare.run()}>
            {t('textVectors.try.compare')}
          </Button>
          {!ready && <span className={classes['dim']}>{t('textVectors.try.notReady')}</span>}
          {seen !== null && (
            <div role="status" className={classes['row']}>
              <Explained label={t('textVectors.try.similarity')} explain={t('textVectors.try.similarityExplain')} />
              <span className={classes['figure']}>{threeDecimals(seen.similarity, format.language)}</span>
              <span className={classes['dim']}>{t('textVectors.try.dimensions', { count: format.number(seen.dimensions) })}</span>
              <Used promptTokens={seen.promptTokens} totalMs={seen.totalMs} />
            </div>
          )}
        </div>
        <ErrorNotice error={compare.error} />
      </div>
    </Panel>
  );
}

function TryRanking({ deployment }: { deployment: DeploymentView }) {
  const { t } = useTexts();
  const key = `deployment/${deployment.id}/try`;
  const [query, setQuery] = useViewState(`${key}/query`, t('textVectors.trial.sampleQuery'));
  const [lines, setLines] = useViewState(`${key}/documents`, t('textVectors.trial.sampleDocuments'));
  const [seen, setSeen] = useViewState<{ documents: { text: string; score: number }[]; promptTokens: number; totalMs: number } | null>(`${key}/seen`, null);
  const documents = documentsOf(lines);
  const rank = useCommand(async () => {
    const { scores, promptTokens, totalMs } = await client.deployments.rank({ deploymentId: deployment.id, query: query.trim(), documents });
    const ranked = documents.map((text, index) => ({ text, score: scores[index] ?? 0 })).toSorted((one, other) => other.score - one.score);
    setSeen({ documents: ranked, promptTokens, totalMs });
  });
  const ready = canBeAsked(deployment);
  const changed = (change: () => void): void => {
    setSeen(null);
    change();
  };
  return (
    <Panel title={t('textVectors.try.rerankingTitle')}>
      <div className={deploymentClasses['stack']}>
        <TextInput label={t('textVectors.trial.query')} value={query} maxLength={LONGEST_TEXT} onChange={({ currentTarget: { value } }) => changed(() => setQuery(value))} />
        <Textarea
          label={t('textVectors.trial.documents')}
          value={lines}
          autosize
          minRows={3}
          maxRows={10}
          maxLength={LONGEST_TEXT}
          onChange={({ currentTarget: { value } }) => changed(() => setLines(value))}
        />
        <div className={classes['row']}>
          <Button leftSection={<IconArrowsSort size={18} aria-hidden />} loading={rank.running} disabled={!ready || query.trim() === '' || documents.length === 0} onClick={() => void rank.run()}>
            {t('textVectors.try.rank')}
          </Button>
          {!ready && <span className={classes['dim']}>{t('textVectors.try.notReady')}</span>}
          {seen !== null && (
            <>
              <Explained label={t('textVectors.try.score')} explain={t('textVectors.try.scoreExplain')} />
              <Used promptTokens={seen.promptTokens} totalMs={seen.totalMs} />
            </>
          )}
        </div>
        {seen !== null && (
          <div role="status">
            <RankedList label={t('textVectors.trial.order')} documents={seen.documents} />
          </div>
        )}
        <ErrorNotice error={rank.error} />
      </div>
    </Panel>
  );
}

function Used({ promptTokens, totalMs }: { promptTokens: number; totalMs: number }) {
  const { t, format } = useTexts();
  return <span className={classes['dim']}>{t('textVectors.try.used', { tokens: format.number(promptTokens), time: format.duration(totalMs) })}</span>;
}
