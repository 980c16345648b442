import { Button, Group, Loader, Stack } from '@mantine/core';
import { useMemo } from 'react';
import type { QuantizePlan } from '../../../main/contract/quantization.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import type { Query } from '../../state/queries.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Notice } from '../../ui/notice.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { SizeChange, useSizeWords } from './size-change.tsx';
import classes from './shrinking.module.css';

type PlannedTensor = QuantizePlan['tensors'][number];

/** What the dry run found: exact size, room, warnings, tensors that get another type than asked. */
export function PlanStep({ plan, planKey }: { plan: Query<QuantizePlan>; planKey: string }) {
  const { t } = useTexts();
  return (
    <QueryState
      query={plan}
      skeleton={
        <Group gap="sm" role="status">
          <Loader size="sm" />
          {t('shrinking.plan.asking')}
        </Group>
      }
    >
      {(data) => <PlanFound plan={data} planKey={planKey} onLookAgain={plan.refetch} />}
    </QueryState>
  );
}

/** Warnings a person should see as such; those that are said elsewhere in the step are left out. */
function PlanFound({ plan, planKey, onLookAgain }: { plan: QuantizePlan; planKey: string; onLookAgain: () => void }) {
  const { t, format } = useTexts();
  const words = useSizeWords();
  const ratio = plan.sizeBytes / Math.max(1, plan.sourceSizeBytes);
  const room = { needed: format.bytes(plan.sizeBytes), free: format.bytes(plan.freeBytes) };
  return (
    <Stack gap="lg">
      <SizeChange
        before={{ label: t('shrinking.plan.now'), value: format.bytes(plan.sourceSizeBytes) }}
        after={{ label: t('shrinking.plan.after'), value: format.bytes(plan.sizeBytes) }}
        ratio={ratio}
        words={words(ratio)}
        remark={[t('shrinking.plan.bits', { bits: format.number(plan.bitsPerWeight, 2) }), t('shrinking.plan.roomFits', room)].join(' · ')}
        tone={ratio > 1 ? 'look' : 'fine'}
      />
      {!plan.fits && (
        <Notice tone="look">
          <p>{t('shrinking.plan.roomMissing', room)}</p>
          <Button variant="default" mt="xs" onClick={onLookAgain}>
            {t('shrinking.plan.lookAgain')}
          </Button>
        </Notice>
      )}
      {plan.warnings.map((warning) => (
        <Notice key={warning} tone={warning === 'importance-matrix-recommended' ? 'info' : 'look'}>
          {t(`shrinking.plan.warnings.${warning}`)}
        </Notice>
      ))}
      <Fallbacks plan={plan} />
      <details className={classes['folded']}>
        <summary>
          {t('shrinking.plan.tensors')} <span className={classes['dim']}>{format.number(plan.tensors.length)}</span>
        </summary>
        <TensorTable tensors={plan.tensors} stateKey={`quantize/tensors/${planKey}`} />
      </details>
    </Stack>
  );
}

function Fallbacks({ plan }: { plan: QuantizePlan }) {
  const { t, format } = useTexts();
  const groups = new Map<string, { from: string; to: string; count: number }>();
  for (const { fallbackFrom, to } of plan.tensors) {
    if (fallbackFrom === null) continue;
    const key = `${fallbackFrom} ${to}`;
    const group = groups.get(key) ?? { from: fallbackFrom, to, count: 0 };
    groups.set(key, { ...group, count: group.count + 1 });
  }
  if (groups.size === 0) return null;
  return (
    <Notice tone="info" title={t('shrinking.plan.fallbacks', { count: plan.fallbackCount })}>
      <ul className={classes['plain']}>
        {[...groups.entries()].map(([key, { from, to, count }]) => (
          <li key={key}>{t('shrinking.plan.fallbackLine', { count: format.number(count), from, to })}</li>
        ))}
      </ul>
    </Notice>
  );
}

function TensorTable({ tensors, stateKey }: { tensors: readonly PlannedTensor[]; stateKey: string }) {
  const { t, format } = useTexts();
  const columns = useMemo(
    (): Column<PlannedTensor>[] => [
      {
        key: 'name',
        header: t('shrinking.plan.tensor'),
        grow: true,
        widthRem: 12,
        sortValue: ({ name }) => name,
        filterText: ({ name, from, to }) => `${name} ${from} ${to}`,
        render: ({ name }) => <span className={classes['mono']}>{name}</span>,
      },
      { key: 'shape', header: t('shrinking.plan.shape'), widthRem: 9, drop: 1, render: ({ dimensions }) => dimensions.map((length) => format.number(length)).join(' × ') },
      { key: 'from', header: t('shrinking.plan.from'), widthRem: 5.5, drop: 2, sortValue: ({ from }) => from, render: ({ from }) => from },
      {
        key: 'to',
        header: t('shrinking.plan.to'),
        widthRem: 11,
        drop: 4,
        sortValue: ({ to }) => to,
        render: ({ to, fallbackFrom }) =>
          fallbackFrom === null ? (
            to
          ) : (
            <>
              {to} <span className={classes['dim']}>{t('shrinking.plan.fallback', { type: fallbackFrom })}</span>
            </>
          ),
      },
      {
        key: 'size',
        header: t('shrinking.plan.size'),
        widthRem: 6.5,
        drop: 3,
        align: 'right',
        sortDescendingFirst: true,
        sortValue: ({ sizeBytes }) => sizeBytes,
        render: ({ sizeBytes }) => format.bytes(sizeBytes),
      },
    ],
    [t, format],
  );
  return <DataTable label={t('shrinking.plan.tensors')} stateKey={stateKey} columns={columns} rows={tensors} rowKey={({ name }) => name} maxRows={10} />;
}
