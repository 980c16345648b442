import type { AdapterFacts } from '../../../main/contract/adapters.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import type { KeyValue } from '../../ui/key-value-list.tsx';
import classes from './adapters.module.css';

/** What a LoRA file says about itself, in words. */
export function AdapterFactsList({ facts, more }: { facts: AdapterFacts; more?: readonly KeyValue[] }) {
  const { t, format } = useTexts();
  return (
    <div className={classes['stack']}>
      <KeyValueList
        items={[
          ...(more ?? []),
          { key: 'architecture', label: t('adapters.facts.architecture'), value: facts.architecture },
          { key: 'rank', label: t('adapters.facts.rank'), explain: t('adapters.facts.rankExplain'), value: rankText(facts) },
          { key: 'alpha', label: t('adapters.facts.alpha'), explain: t('adapters.facts.alphaExplain'), value: format.number(facts.alpha, 2) },
          { key: 'targets', label: t('adapters.facts.targets'), value: t('adapters.facts.targetCount', { count: facts.targets.length }) },
          { key: 'size', label: t('adapters.facts.size'), value: format.bytes(facts.sizeBytes) },
        ]}
      />
      {facts.ignoredTensors > 0 && <p className={classes['dim']}>{t('adapters.facts.ignored', { count: facts.ignoredTensors })}</p>}
    </div>
  );

  function rankText({ rank }: AdapterFacts): string {
    const { lowest, highest } = rank;
    return lowest === highest ? format.number(lowest) : t('adapters.facts.rankRange', { lowest: format.number(lowest), highest: format.number(highest) });
  }
}
