import { useMemo } from 'react';
import type { NetworkStatus } from '../../../../main/contract/network.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { DataTable } from '../../../ui/data-table.tsx';
import type { Column } from '../../../ui/data-table.tsx';
import classes from './network.module.css';

type Refused = NetworkStatus['refused'][number];

/** Who knocked and was turned away: the first place to look when a program cannot connect. */
export function RefusedTable({ refused }: { refused: NetworkStatus['refused'] }) {
  const { t, format } = useTexts();
  const columns = useMemo(
    (): Column<Refused>[] => [
      { key: 'address', header: t('network.refused.address'), grow: true, widthRem: 12, sortValue: ({ address }) => address, render: ({ address }) => <code>{address}</code> },
      { key: 'why', header: t('network.refused.why'), widthRem: 14, drop: 1, render: ({ reason }) => t(`network.refused.reasons.${reason}`) },
      { key: 'count', header: t('network.refused.count'), widthRem: 6, align: 'right', sortValue: ({ count }) => count, render: ({ count }) => format.number(count) },
      { key: 'last', header: t('network.refused.last'), widthRem: 11.5, sortValue: ({ lastAtMs }) => lastAtMs, sortDescendingFirst: true, render: ({ lastAtMs }) => format.dateTime(lastAtMs) },
    ],
    [t, format],
  );
  return (
    <>
      <h3 className={classes['heading']}>{t('network.refused.title')}</h3>
      <p className={classes['dim']}>{t('network.refused.lead')}</p>
      <DataTable label={t('network.refused.title')} stateKey="network/refused" columns={columns} rows={refused} rowKey={({ address }) => address} initialSort={{ column: 'last', descending: true }} withFilter={false} />
    </>
  );
}
