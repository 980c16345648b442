import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTexts } from '../i18n/i18n.ts';
import classes from './copy-field.module.css';

/** A command, an address, a hash: monospaced, with a copy button. `label` says what it is to screen readers. */
export function CopyField({ value, label, wrap = false }: { value: string; label: string; wrap?: boolean }) {
  const { t } = useTexts();
  return (
    <div className={classes['field']}>
      <code className={classes['value']} data-wrap={wrap || undefined} tabIndex={0} aria-label={`${label}: ${value}`} role="textbox" aria-readonly>
        {value}
      </code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t('common.copied') : t('common.copy')}>
            <ActionIcon onClick={copy} aria-label={`${t('common.copy')}: ${label}`}>
              {copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
