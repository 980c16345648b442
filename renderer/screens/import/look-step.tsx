import { isServed } from '../../../main/contract/models.contract.ts';
import type { Inspection } from '../../../main/contract/models.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ModelFactsList } from '../models/model-facts.tsx';
import classes from './import.module.css';

/** What the file says about itself, in words, and the room it will take. */
export function LookStep({ inspection }: { inspection: Inspection }) {
  const { t, format } = useTexts();
  const { facts, neededBytes, freeBytes } = inspection;
  const method = t(`models.storage.${inspection.expectedMethod}`);
  const needed = format.bytes(neededBytes);
  const free = format.bytes(freeBytes);
  const linked = inspection.expectedMethod === 'hard-link' || inspection.expectedMethod === 'reflink';
  return (
    <div className={classes['lookStep']}>
      <p className={classes['modelName']}>{facts.name ?? inspection.suggestedName}</p>
      {neededBytes > freeBytes && <Notice tone="look">{t('importing.look.roomMissing', { needed, free })}</Notice>}
      {!isServed(facts.purpose) && <Notice tone="look">{t('importing.look.notChat', { purpose: t(`errors.purposes.${facts.purpose}`) })}</Notice>}
      {(facts.purpose === 'embedding' || facts.purpose === 'reranking') && <Notice tone="info">{t(`textVectors.import.${facts.purpose}`)}</Notice>}
      <ModelFactsList facts={facts} need={inspection.need} sizeBytes={inspection.sizeBytes} />
      <KeyValueList
        items={[
          {
            key: 'room',
            label: t('importing.look.room'),
            value: linked ? t('importing.look.roomNone', { method, free }) : t('importing.look.roomNeeded', { needed, free, method }),
          },
        ]}
      />
    </div>
  );
}
