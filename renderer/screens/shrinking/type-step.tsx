import { Badge, Radio } from '@mantine/core';
import type { QuantizationType } from '../../../main/contract/quantization.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import type { Tone } from '../../ui/status-badge.tsx';
import { estimatedBytes, recommendedType, typesByUse } from './quantize-draft.ts';
import type { ShrinkVersion } from './shrink-version.ts';
import classes from './types.module.css';

/** What an expected loss means to the person. */
const toneOfLoss: Record<QuantizationType['expectedLoss'], Tone> = {
  none: 'fine',
  'very-low': 'fine',
  low: 'fine',
  moderate: 'fine',
  high: 'look',
  'very-high': 'act',
};

/** Groups that stand open: what nearly everybody wants. */
const OPEN: ReadonlySet<QuantizationType['use']> = new Set(['recommended', 'almost-lossless', 'smaller']);

interface TypeStepProps {
  types: readonly QuantizationType[];
  version: ShrinkVersion;
  type: string;
  onType: (type: string) => void;
}

/** Every type the quantizer knows, ordered by when to use it; size, bits and loss beside each. */
export function TypeStep({ types, version, type, onType }: TypeStepProps) {
  const { t } = useTexts();
  const groups = typesByUse(types);
  return (
    <Radio.Group aria-label={t('shrinking.type.question')} value={type} onChange={onType}>
      <div className={classes['holder']}>
        <div className={classes['types']}>
          <div className={classes['head']} aria-hidden>
            <span>{t('shrinking.type.name')}</span>
            <span className={classes['number']}>{t('shrinking.type.size')}</span>
            <span className={classes['number']}>{t('shrinking.type.bits')}</span>
            <span>{t('shrinking.type.loss')}</span>
          </div>
          {groups.map(({ use, types: members }) => (
            <TypeGroup key={use} use={use} members={members} version={version} chosen={type} />
          ))}
        </div>
      </div>
    </Radio.Group>
  );
}

interface TypeGroupProps {
  use: QuantizationType['use'];
  members: readonly QuantizationType[];
  version: ShrinkVersion;
  chosen: string;
}

function TypeGroup({ use, members, version, chosen }: TypeGroupProps) {
  const { t } = useTexts();
  const title = t(`shrinking.uses.${use}.title`);
  const rows = members.map((member) => <TypeRow key={member.type} member={member} version={version} />);
  const when = <p className={classes['when']}>{t(`shrinking.uses.${use}.when`)}</p>;
  if (OPEN.has(use)) {
    return (
      <section className={classes['group']} aria-label={title}>
        <h3 className={classes['title']}>{title}</h3>
        {when}
        <div className={classes['rows']}>{rows}</div>
      </section>
    );
  }
  return (
    <details className={classes['group']} open={members.some(({ type }) => type === chosen)}>
      <summary className={classes['title']}>
        {title}
        <span className={classes['count']}>{t('shrinking.type.typesIn', { count: members.length })}</span>
      </summary>
      {when}
      <div className={classes['rows']}>{rows}</div>
    </details>
  );
}

function TypeRow({ member, version }: { member: QuantizationType; version: ShrinkVersion }) {
  const { t, format } = useTexts();
  const { type, bitsPerWeight, expectedLoss, importanceMatrix } = member;
  const size = format.bytes(estimatedBytes(version.parameterCount, bitsPerWeight));
  const bits = format.number(bitsPerWeight, 1);
  const loss = t(`shrinking.loss.${expectedLoss}`);
  const matrix = t(`shrinking.needsMatrix.${importanceMatrix}`);
  return (
    <Radio.Card value={type} className={classes['row'] ?? ''} aria-label={t('shrinking.type.label', { type, size, bits, loss, matrix })}>
      <Radio.Indicator className={classes['indicator'] ?? ''} />
      <span className={classes['name']}>
        {type}
        {type === recommendedType(version.parameterCount) && (
          <Badge variant="light" color="accent" size="sm" tt="none" ff="text">
            {t('common.recommended')}
          </Badge>
        )}
        {type === version.quantization && <span className={classes['count']}>{t('shrinking.type.same')}</span>}
      </span>
      <span className={classes['number']}>{size}</span>
      <span className={classes['number']}>{bits}</span>
      <span className={classes['loss']}>
        <span className={classes['short']}>{t('shrinking.type.loss')}</span>
        <StatusBadge quiet tone={toneOfLoss[expectedLoss]} label={loss} />
      </span>
      {(importanceMatrix === 'required' || importanceMatrix === 'recommended') && <span className={classes['matrix']}>{matrix}</span>}
    </Radio.Card>
  );
}
