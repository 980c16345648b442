import { Button, Checkbox, Group } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { ModelDetail, ModelVersion } from '../../../main/contract/models.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { Notice } from '../../ui/notice.tsx';
import { betterSource, isQuantized } from './version-choice.ts';
import classes from './shrinking.module.css';

interface RequantizeNoticeProps {
  model: ModelDetail;
  version: ModelVersion;
  accepted: boolean;
  onAccept: (accepted: boolean) => void;
  onTake: (version: ModelVersion) => void;
}

/** Warns before a quantized version is quantized again: which version is the better source, or an explicit yes. */
export function RequantizeNotice({ model, version, accepted, onAccept, onTake }: RequantizeNoticeProps) {
  const { t } = useTexts();
  const place = useRef<HTMLDivElement>(null);
  const quantized = isQuantized(version.facts);
  useEffect(() => {
    // It is why one cannot go on: it must not stay below the edge of the window.
    if (quantized) place.current?.scrollIntoView({ block: 'nearest' });
  }, [quantized, version.id]);
  const { quantization } = version.facts;
  if (!quantized) return null;
  const better = betterSource(version, model.versions);
  return (
    <div ref={place} className={classes['notHidden']}>
      <Notice tone="look" title={t('shrinking.version.requantizeTitle', { quantization })}>
        <p>{t('shrinking.version.requantizeBody')}</p>
        <p>
          {better === null
            ? t('shrinking.version.requantizeNoBetter')
            : t('shrinking.version.requantizeBetter', { number: better.number, quantization: better.facts.quantization })}
        </p>
        <Group gap="md" mt="sm">
          {better !== null && (
            <Button variant="default" onClick={() => onTake(better)}>
              {t('shrinking.version.requantizeTake', { number: better.number })}
            </Button>
          )}
          <Checkbox label={t('shrinking.version.requantizeAccept')} checked={accepted} onChange={(event) => onAccept(event.currentTarget.checked)} />
        </Group>
      </Notice>
    </div>
  );
}
