import { QUOTA_UNITS, QUOTA_WINDOWS } from '../../../main/contract/api-keys.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import type { Limits } from './key-draft.ts';

/** The limits of a key in words, one each: "60 requests a minute", "4 at once"; "no limit" where none is set. */
export function useLimitWords(): (limits: Limits) => string[] {
  const { t, format } = useTexts();
  return ({ quotas, maxConcurrent }) => {
    const words = QUOTA_UNITS.flatMap((unit) =>
      QUOTA_WINDOWS.flatMap((window) => {
        const limit = quotas[unit][window];
        return limit === null ? [] : [t(`apiKeys.limit.${unit}`, { limit: format.number(limit), window: t(`apiKeys.perWindow.${window}`) })];
      }),
    );
    if (maxConcurrent !== null) words.push(t('apiKeys.limit.concurrent', { limit: format.number(maxConcurrent) }));
    return words.length === 0 ? [t('apiKeys.quota.none')] : words;
  };
}
