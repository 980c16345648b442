import { useTexts } from '../i18n/i18n.ts';
import { LineChart } from './line-chart.tsx';
import type { LineChartProps, Series } from './line-chart.tsx';

export type { Series } from './line-chart.tsx';

interface TimeSeriesChartProps extends Pick<LineChartProps, 'title' | 'format' | 'max' | 'leastTop' | 'binary' | 'thresholds' | 'heightRem'> {
  /** Times in ms since 1970, increasing. */
  timesMs: readonly number[];
  series: readonly Series[];
  /** Width of the window shown, in ms, ending at the newest time; all of it when left out. */
  windowMs?: number;
  min?: number;
}

/** Values over time, labelled with the time of day. */
export function TimeSeriesChart({ timesMs, windowMs, ...props }: TimeSeriesChartProps) {
  const { format } = useTexts();
  return (
    <LineChart
      {...props}
      scale="time"
      places={timesMs.map((timeMs) => timeMs / 1000)}
      formatPlace={(place) => format.time(place * 1000)}
      {...(windowMs === undefined ? {} : { window: windowMs / 1000 })}
    />
  );
}
