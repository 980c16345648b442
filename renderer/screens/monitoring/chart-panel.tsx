import type { ReactNode } from 'react';
import { TimeSeriesChart } from '../../ui/time-series-chart.tsx';
import type { Series } from '../../ui/time-series-chart.tsx';
import classes from './monitoring.module.css';

export const WINDOW_MS = 600_000;

interface ChartPanelProps {
  title: string;
  /** At the right under the title: a total, the free room. */
  note?: string;
  timesMs: readonly number[];
  series: readonly Series[];
  format: (value: number) => string;
  max?: number;
  leastTop?: number;
  binary?: boolean;
  thresholds?: readonly { value: number; tone: 'look' | 'act' }[];
  onHold: (held: boolean) => void;
  /** In place of the chart where there is nothing to draw. */
  nothing?: ReactNode;
}

/** One chart on its surface. While the pointer is on it, nothing moves. */
export function ChartPanel({ title, note, timesMs, series, format, max, leastTop, binary, thresholds, onHold, nothing }: ChartPanelProps) {
  return (
    <section className={classes['panel']} aria-label={title} onPointerEnter={() => onHold(true)} onPointerLeave={() => onHold(false)}>
      {nothing === undefined ? (
        <TimeSeriesChart
          title={title}
          timesMs={timesMs}
          series={series}
          format={format}
          windowMs={WINDOW_MS}
          {...(max === undefined ? {} : { max })}
          {...(leastTop === undefined ? {} : { leastTop })}
          {...(binary === undefined ? {} : { binary })}
          {...(thresholds === undefined ? {} : { thresholds })}
        />
      ) : (
        <>
          <p className={classes['chartTitle']}>{title}</p>
          {nothing}
        </>
      )}
      {note !== undefined && <p className={classes['chartNote']}>{note}</p>}
    </section>
  );
}
