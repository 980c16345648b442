import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTexts } from '../i18n/i18n.ts';
import classes from './code-block.module.css';
import { ScrollRegion } from './scroll-region.tsx';

/** Several lines of code or JSON, monospaced, with a copy button. `label` says what it is to screen readers. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  const { t } = useTexts();
  return (
    <div className={classes['block']}>
      <ScrollRegion label={label} className={classes['scroller']}>
        <pre className={classes['code']}>
          <code>{code}</code>
        </pre>
      </ScrollRegion>
      <CopyButton value={code}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t('common.copied') : t('common.copy')}>
            <ActionIcon className={classes['copy'] ?? ''} onClick={copy} aria-label={t('common.labelled', { label: t('common.copy'), value: label })}>
              {copied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
