import { Button, Group, Stack, Textarea } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { Fit } from '../../../../main/contract/deployments.contract.ts';
import type { ServedPurpose } from '../../../../main/contract/models.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { KeyValueList } from '../../../ui/key-value-list.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { ScrollRegion } from '../../../ui/scroll-region.tsx';
import { ProgressPanel } from '../../../ui/progress-panel.tsx';
import { MadeView } from '../vectors/made-view.tsx';
import classes from './deploy.module.css';
import { trialSpeed } from './use-trial.ts';
import type { RunningTrial, Trial, TrialResult } from './use-trial.ts';

const LONGEST_QUESTION = 20_000;

/** The sample a trial begins with. */
export function sampleKey(purpose: ServedPurpose, hasChatTemplate: boolean) {
  switch (purpose) {
    case 'embedding':
      return 'textVectors.trial.sampleText';
    case 'reranking':
      return 'textVectors.trial.sampleQuery';
    case 'text-generation':
      return hasChatTemplate ? 'deployments.wizard.trial.sample' : 'deployments.wizard.trial.sampleBase';
  }
}

function labelKey(purpose: ServedPurpose) {
  switch (purpose) {
    case 'embedding':
      return 'textVectors.trial.text';
    case 'reranking':
      return 'textVectors.trial.query';
    case 'text-generation':
      return 'deployments.wizard.trial.field';
  }
}

interface StepTrialProps {
  trial: Trial;
  fit: Fit;
  question: string;
  hasChatTemplate: boolean;
  purpose: ServedPurpose;
  /** What a reranking model orders, one document a line; left out where the main side chooses. */
  documents?: string;
  onDocuments?: (documents: string) => void;
  onQuestion: (question: string) => void;
  /** The question is asked later, not here. */
  later?: boolean;
}

/** Loads the model with the chosen settings and asks it one question. May be skipped. */
export function StepTrial({ trial, fit, question, hasChatTemplate, purpose, documents, onDocuments, onQuestion, later = false }: StepTrialProps) {
  const { t } = useTexts();
  const { running, result } = trial;
  const empty = question.trim() === '' || (documents !== undefined && purpose === 'reranking' && documents.trim() === '');
  return (
    <Stack gap="md">
      {!hasChatTemplate && purpose === 'text-generation' && <Notice tone="info">{t('deployments.wizard.trial.base')}</Notice>}
      <Textarea
        label={t(labelKey(purpose))}
        value={question}
        autosize
        minRows={2}
        maxRows={6}
        maxLength={LONGEST_QUESTION}
        disabled={running !== null}
        onChange={(event) => onQuestion(event.currentTarget.value)}
      />
      {purpose === 'reranking' && documents !== undefined && (
        <Textarea
          label={t('textVectors.trial.documents')}
          value={documents}
          autosize
          minRows={3}
          maxRows={8}
          maxLength={LONGEST_QUESTION}
          disabled={running !== null}
          onChange={(event) => onDocuments?.(event.currentTarget.value)}
        />
      )}
      {running === null && !later && (
        <Group gap="xs">
          <Button
            variant="light"
            leftSection={<IconPlayerPlay size={18} aria-hidden />}
            disabled={empty}
            onClick={() => trial.run(question)}
          >
            {result === null && trial.error === null ? t('deployments.wizard.trial.run') : t('deployments.wizard.trial.again')}
          </Button>
        </Group>
      )}
      <ErrorNotice error={trial.error} />
      {running !== null && <Running running={running} onCancel={trial.cancel} />}
      {running === null && result !== null && !later && (
        <>
          {!trial.current && <Notice tone="look">{t('deployments.wizard.trial.outdated')}</Notice>}
          {trial.current && result.trialId === null && <Notice tone="info">{t('deployments.wizard.trial.ended')}</Notice>}
          {result.made === null ? <Answer text={result.text} /> : <MadeView made={result.made} />}
          <Measured result={result} fit={fit} />
        </>
      )}
    </Stack>
  );
}

function Running({ running, onCancel }: { running: RunningTrial; onCancel: () => void }) {
  const { t, format } = useTexts();
  const loading = running.phase === 'loading';
  return (
    <>
      <ProgressPanel
        label={t('deployments.wizard.trial.label')}
        phases={[
          {
            id: 'loading',
            label: t('deployments.wizard.trial.loading'),
            state: loading ? 'running' : 'done',
            ...(running.loadMs === null ? {} : { note: format.duration(running.loadMs) }),
          },
          { id: 'answering', label: t('deployments.wizard.trial.answering'), state: loading ? 'waiting' : 'running' },
        ]}
        fraction={loading ? running.fraction : null}
        facts={[loading ? format.percent(running.fraction) : t('deployments.settings.contextValue', { tokens: format.number(running.tokens) })]}
        onCancel={onCancel}
      />
      {!loading && running.made === null && running.text !== '' && <Answer text={running.text} />}
    </>
  );
}

function Answer({ text }: { text: string }) {
  const { t } = useTexts();
  return (
    <div>
      <p className={classes['answerLabel']}>{t('deployments.wizard.trial.answer')}</p>
      <ScrollRegion label={t('deployments.wizard.trial.answer')} className={classes['answer']}>
        {text}
      </ScrollRegion>
    </div>
  );
}

function Measured({ result, fit }: { result: TrialResult; fit: Fit }) {
  const { t, format } = useTexts();
  return (
    <section aria-label={t('deployments.wizard.trial.measured')}>
      <p className={classes['answerLabel']}>{t('deployments.wizard.trial.measured')}</p>
      <KeyValueList
        columns={2}
        items={[
          { key: 'load', label: t('deployments.wizard.trial.loadTime'), value: format.duration(result.loadMs) },
          ...(result.made === null
            ? [
                {
                  key: 'ttft',
                  label: t('deployments.wizard.trial.ttft'),
                  value: format.duration(result.timing.ttftMs),
                  explain: t('deployments.wizard.trial.ttftExplain'),
                },
              ]
            : []),
          { key: 'speed', label: t(result.made === null ? 'deployments.wizard.trial.speed' : 'textVectors.trial.speed'), value: format.rate(trialSpeed(result), 'tokens') },
          {
            key: 'tokens',
            label: t('deployments.wizard.trial.tokens'),
            value:
              result.made === null
                ? t('deployments.wizard.trial.tokensValue', {
                    prompt: format.number(result.usage.promptTokens),
                    output: format.number(result.usage.outputTokens),
                  })
                : format.number(result.usage.promptTokens),
          },
          {
            key: 'memory',
            label: t('deployments.wizard.trial.memory'),
            value: t('deployments.wizard.trial.memoryValue', {
              measured: format.bytes(result.rssBytes),
              predicted: format.bytes(fit.prediction.totalRamBytes),
            }),
          },
        ]}
      />
    </section>
  );
}
