import { daysOf } from '../../../main/contract/calendar-days.ts';
import type { Period, UsageRow } from '../../../main/contract/usage.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { LineChart } from '../../ui/line-chart.tsx';
import { startOf } from './periods.ts';
import classes from './usage.module.css';

/** Lines of more days than this say nothing more. */
const MOST_DAYS = 400;
const FEW_DAYS = 40;

/** Requests and tokens day by day; a day on which nothing was asked is a zero. */
export function UsageCharts({ period, days }: { period: Period; days: readonly UsageRow[] }) {
  const { t, format } = useTexts();
  const byDay = new Map(days.map((row) => [row.day, row]));
  const shown = daysOf(period, MOST_DAYS);
  const places = shown.map((day) => startOf(day) / 1000);
  const values = (of: (row: UsageRow) => number): number[] =>
    shown.map((day) => {
      const row = byDay.get(day);
      return row === undefined ? 0 : of(row);
    });
  const dots = shown.length <= FEW_DAYS;
  const common = { scale: 'time' as const, places, formatPlace: (place: number) => format.dayMonth(place * 1000), format: (value: number) => format.number(value), leastTop: 4 };
  return (
    <div className={classes['charts']}>
      <div className={classes['chart']}>
        <LineChart
          {...common}
          title={t('usage.chart.requests')}
          series={[
            { id: 'requests', label: t('usage.columns.requests'), color: 1, dots, values: values(({ requests }) => requests) },
            { id: 'refused', label: t('usage.chart.refused'), color: 5, dots, values: values(({ refused }) => refused) },
          ]}
        />
      </div>
      <div className={classes['chart']}>
        <LineChart
          {...common}
          title={t('usage.chart.tokens')}
          series={[
            { id: 'in', label: t('usage.chart.in'), color: 2, dots, values: values(({ promptTokens }) => promptTokens) },
            { id: 'out', label: t('usage.chart.out'), color: 3, dots, values: values(({ outputTokens }) => outputTokens) },
          ]}
        />
      </div>
    </div>
  );
}
