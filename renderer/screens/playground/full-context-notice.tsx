import { Button, Group } from '@mantine/core';
import { useTexts } from '../../i18n/i18n.ts';
import { Notice } from '../../ui/notice.tsx';
import type { FullContext } from './full-context.ts';

interface FullContextNoticeProps {
  full: FullContext;
  /** Null where the question alone is too long: nothing older can be left out. */
  onWithoutOldest: (() => void) | null;
  /** Null where there is no conversation beside the question. */
  onNew: (() => void) | null;
  /** Puts the question back into the field, to be made shorter. Null where it was answered. */
  onShorten: (() => void) | null;
}

/** The conversation has filled the context: how many tokens there are, and the ways to go on. */
export function FullContextNotice({ full, onWithoutOldest, onNew, onShorten }: FullContextNoticeProps) {
  const { t, format } = useTexts();
  const values = { size: format.number(full.contextSize), used: format.number(full.usedTokens) };
  const alone = full.at === 'question' && onWithoutOldest === null;
  return (
    <div role="status">
      <Notice tone="look" title={t(alone ? 'playground.full.titleAlone' : 'playground.full.title', values)}>
        <p>{t(alone ? 'playground.full.alone' : `playground.full.${full.at}`, values)}</p>
        <p>{t(alone ? 'playground.full.nextAlone' : 'playground.full.next')}</p>
        <Group gap="xs" mt="xs">
          {onWithoutOldest !== null && (
            <Button variant="default" onClick={onWithoutOldest}>
              {t('playground.full.withoutOldest')}
            </Button>
          )}
          {onNew !== null && (
            <Button variant="default" onClick={onNew}>
              {t('playground.full.new')}
            </Button>
          )}
          {onShorten !== null && (
            <Button variant="default" onClick={onShorten}>
              {t('playground.full.shorten')}
            </Button>
          )}
        </Group>
      </Notice>
    </div>
  );
}
