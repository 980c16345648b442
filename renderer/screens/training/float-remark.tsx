import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { ModelDetail, ModelVersion } from '../../../main/contract/models.contract.ts';
import type { TrainingOptions } from '../../../main/contract/training.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import type { Query } from '../../state/queries.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { betterSource, isQuantized } from '../shrinking/version-choice.ts';
import classes from './training.module.css';

interface FloatRemarkProps {
  model: ModelDetail;
  version: ModelVersion;
  /** What the main side says about training this version. */
  options: Query<TrainingOptions>;
  onTake: (version: ModelVersion) => void;
}

/** Why the chosen version cannot be trained, with the way to one that can; nothing where it can. */
export function FloatRemark({ model, version, options, onTake }: FloatRemarkProps) {
  const { t } = useTexts();
  if (isQuantized(version.facts)) return <Quantized model={model} version={version} onTake={onTake} />;
  return (
    <QueryState query={options} skeleton={<p className={classes['dim']}>{t('training.wizard.version.checking')}</p>}>
      {({ problem }) => <ErrorNotice error={problem} />}
    </QueryState>
  );
}

function Quantized({ model, version, onTake }: Omit<FloatRemarkProps, 'options'>) {
  const { t } = useTexts();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // It is why one cannot go on: it must not stay below the edge of the window.
    place.current?.scrollIntoView({ block: 'nearest' });
  }, [version.id]);
  const better = betterSource(version, model.versions);
  const isParent = better !== null && better.id === version.lineage?.parentVersionId;
  const way =
    better === null
      ? t('training.wizard.version.quantizedNone')
      : t(isParent ? 'training.wizard.version.quantizedParent' : 'training.wizard.version.quantizedBetter', { number: better.number, quantization: better.facts.quantization });
  return (
    <div ref={place} className={classes['notHidden']}>
      <Notice tone="look" title={t('training.wizard.version.quantizedTitle', { number: version.number, quantization: version.facts.quantization })}>
        <p>{t('training.wizard.version.quantizedBody')}</p>
        <p>{way}</p>
        <p>
          {better === null ? (
            <Button variant="default" onClick={() => navigate({ screen: 'import' })}>
              {t('training.wizard.version.importModel')}
            </Button>
          ) : (
            <Button variant="default" onClick={() => onTake(better)}>
              {t('training.wizard.version.take', { number: better.number })}
            </Button>
          )}
        </p>
      </Notice>
    </div>
  );
}
