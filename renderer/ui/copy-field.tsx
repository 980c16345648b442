import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTexts } from '../i18n/i18n.ts';
import classes from './copy-field.module.css';

/** A command, an address, a hash: monospaced, with a copy button. `label` says what it is; `wrap` shows all of a long one. */
export function CopyField({ value, label, wrap = false }: { value: string; label: string; wrap?: boolean }) {
  const { t } = useTexts();
  return (
    <div className={classes['field']}>
      {wrap ? (
        <code className={classes['value']} data-wrap>
          {value}
        </code>
      ) : (
        <input className={classes['value']} value={value} readOnly aria-label={label} onFocus={(event) => event.currentTarget.select()} />
      )}
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t('common.copied') : t('common.copy')}>
            <ActionIcon onClick={copy} aria-label={t('common.labelled', { label: t('common.copy'), value: label })}>
              {copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
