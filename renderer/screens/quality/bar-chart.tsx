import { useId } from 'react';
import type { CSSProperties } from 'react';
import chart from '../../ui/chart.module.css';
import classes from './charts.module.css';

export interface Bar {
  id: string;
  label: string;
  value: number;
  /** Half the length of the whisker; 0 draws none. */
  deviation: number;
  color: 1 | 2 | 3 | 4 | 5 | 6;
  /** Value and spread in words, written at the end of the bar. */
  text: string;
}

interface BarChartProps {
  title: string;
  /** With its unit. */
  axisLabel: string;
  bars: readonly Bar[];
  format: (value: number) => string;
}

/** Steps an axis may have, times a power of ten. */
const STEPS = [1, 2, 2.5, 5, 10];
const MOST_TICKS = 5;

/** Values from 0 to the first round number above the highest. */
export function axisTicks(highest: number): number[] {
  const least = Math.max(highest, 1e-9) / MOST_TICKS;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = (STEPS.find((each) => each * power >= least * 0.999_999) ?? 10) * power;
  return Array.from({ length: Math.ceil((highest / step) * 0.999_999) + 1 }, (_, index) => index * step);
}

/** One bar a benchmark, with its value written out and a whisker for the spread of its runs. Real text: nothing is only drawn. */
export function BarChart({ title, axisLabel, bars, format }: BarChartProps) {
  const headingId = useId();
  const ticks = axisTicks(Math.max(0, ...bars.map(({ value, deviation }) => value + deviation)));
  const top = ticks.at(-1) ?? 1;
  const share = (value: number): string => `${String(Math.max(0, Math.min(100, (value / top) * 100)))}%`;
  return (
    <figure className={chart['figure']} aria-labelledby={headingId}>
      <figcaption id={headingId} className={chart['title']}>
        {title}
      </figcaption>
      <div className={classes['bars']}>
        <ul className={classes['rows']}>
          {bars.map((bar) => (
            <li key={bar.id} data-color={bar.color}>
              <span className={classes['barLabel']} title={bar.label}>
                {bar.label}
              </span>
              <span className={classes['track']} style={{ '--step': `${String(100 / Math.max(1, ticks.length - 1))}%` } as CSSProperties}>
                <span className={classes['bar']} style={{ width: share(bar.value) }} />
                {bar.deviation > 0 && (
                  <span className={classes['whisker']} style={{ left: share(bar.value - bar.deviation), right: `calc(100% - ${share(bar.value + bar.deviation)})` }} />
                )}
              </span>
              <span className={classes['barValue']}>{bar.text}</span>
            </li>
          ))}
        </ul>
        <div className={classes['axis']} aria-hidden>
          <span />
          <span className={classes['ticks']}>
            {ticks.map((tick) => (
              <span key={tick} style={{ left: share(tick) }}>
                {format(tick)}
              </span>
            ))}
          </span>
          <span />
        </div>
        <p className={classes['axisLabel']}>{axisLabel}</p>
      </div>
    </figure>
  );
}
