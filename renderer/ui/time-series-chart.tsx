import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { NO_VALUE } from '../i18n/format.ts';
import { useTexts } from '../i18n/i18n.ts';
import { useColorScheme } from '../state/preferences.ts';
import classes from './time-series-chart.module.css';

export interface Series {
  id: string;
  label: string;
  /** One value per time; null is a gap and is drawn as one. */
  values: readonly (number | null)[];
  /** 1–6: the same thing has the same colour on every screen. */
  color: 1 | 2 | 3 | 4 | 5 | 6;
}

interface TimeSeriesChartProps {
  title: string;
  /** Times in ms since 1970, increasing. */
  timesMs: readonly number[];
  series: readonly Series[];
  /** A value in words with its unit: for axis, legend and label. */
  format: (value: number) => string;
  /** Width of the window shown, in ms, ending at the newest time; all of it when left out. */
  windowMs?: number;
  /** Fixed ends of the value axis; fitted to the data otherwise (always from 0 unless `min` is given). */
  min?: number;
  max?: number;
  /** The top of a fitted axis is never lower, so that a quiet line stays at the bottom and its labels differ. */
  leastTop?: number;
  /** Steps of the axis are powers of two, for sizes counted in 1024. */
  binary?: boolean;
  /** Drawn as dashed lines. */
  thresholds?: readonly { value: number; tone: 'look' | 'act' }[];
  heightRem?: number;
}

/** Below this the axis does not shrink, so that noise around zero does not fill the chart. */
const SMALLEST_RANGE = 1e-6;

/**
 * Values over time. Axes with units, the last value of each series written out above, gaps as gaps, all series read at
 * the pointer. Drawn on a canvas; the legend and an aria-label carry the numbers for everybody else.
 */
export function TimeSeriesChart(props: TimeSeriesChartProps) {
  const { t, format: formatter } = useTexts();
  const scheme = useColorScheme();
  const holder = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLUListElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const heightRem = props.heightRem ?? 10;
  const shape = props.series.map(({ id, color }) => `${id}:${String(color)}`).join('|');

  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    const height = heightRem * rem;
    const options = chartOptions({
      element,
      latest: () => latest.current,
      time: (timeMs) => formatter.time(timeMs),
      rem,
      width: element.clientWidth,
      height,
      onRead: (index) => writeValues(legend.current, latest.current, index),
    });
    const chart = new uPlot(options, dataOf(latest.current), element);
    plot.current = chart;
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [shape, scheme, heightRem, formatter]);

  useEffect(() => {
    plot.current?.setData(dataOf(props));
    writeValues(legend.current, props, plot.current?.cursor.idx ?? null);
  });

  return (
    <figure className={classes['figure']}>
      <figcaption className={classes['caption']}>
        <span className={classes['title']}>{props.title}</span>
        <ul ref={legend} className={classes['legend']}>
          {props.series.map((series) => (
            <li key={series.id} data-color={series.color}>
              <span className={classes['swatch']} aria-hidden />
              {series.label}
              <span className={classes['value']} data-value />
            </li>
          ))}
        </ul>
      </figcaption>
      <div ref={holder} className={classes['holder']} role="img" aria-label={spoken(props, t)} />
    </figure>
  );
}

function lastValue(series: Series): number | null {
  return series.values.at(-1) ?? null;
}

function spoken(props: TimeSeriesChartProps, t: ReturnType<typeof useTexts>['t']): string {
  const values = props.series.map((series) => {
    const value = lastValue(series);
    return t('common.labelled', { label: series.label, value: value === null ? NO_VALUE : props.format(value) });
  });
  return t('common.chart', { title: props.title, values: values.join(t('common.chartSeparator')) });
}

/** Written past React: the pointer moves sixty times a second. */
function writeValues(legend: HTMLUListElement | null, props: TimeSeriesChartProps, index: number | null): void {
  const cells = legend?.querySelectorAll('[data-value]') ?? [];
  props.series.forEach((series, place) => {
    const value = index === null ? lastValue(series) : (series.values[index] ?? null);
    const cell = cells[place];
    if (cell !== undefined) cell.textContent = value === null ? NO_VALUE : props.format(value);
  });
}

function dataOf({ timesMs, series }: TimeSeriesChartProps): uPlot.AlignedData {
  return [timesMs.map((timeMs) => timeMs / 1000), ...series.map(({ values }) => [...values])];
}

interface OptionsInput {
  element: HTMLElement;
  latest: () => TimeSeriesChartProps;
  time: (timeMs: number) => string;
  rem: number;
  width: number;
  height: number;
  onRead: (index: number | null) => void;
}

function chartOptions({ element, latest, time, rem, width, height, onRead }: OptionsInput): uPlot.Options {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const font = `${String(0.75 * rem)}px ${style.fontFamily}`;
  const axis = { stroke: token('--text-dim'), font, ticks: { show: false } };
  const grid = { stroke: token('--line'), width: 1 };
  return {
    width,
    height,
    pxAlign: false,
    legend: { show: false },
    // Room on the right for half the last time label.
    padding: [0.5 * rem, 1.75 * rem, 0, 0],
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    scales: {
      x: {
        time: true,
        range: (_, dataMin, dataMax) => {
          const { windowMs } = latest();
          return windowMs === undefined ? [dataMin, dataMax] : [dataMax - windowMs / 1000, dataMax];
        },
      },
      y: {
        range: (_, dataMin, dataMax) => {
          const { min = Math.min(0, dataMin ?? 0), max, leastTop = SMALLEST_RANGE } = latest();
          if (max !== undefined) return [min, max];
          const top = Math.max(dataMax ?? 0, min + leastTop);
          return [min, top + (top - min) * 0.1];
        },
      },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 1.75 * rem, space: 5 * rem, values: (_, ticks) => ticks.map((tick) => time(tick * 1000)) },
      {
        ...axis,
        grid,
        size: (chart, values) => axisWidth(chart, values, rem),
        space: 2 * rem,
        ...(latest().binary === true ? { incrs: BINARY_STEPS } : {}),
        values: (_, ticks) => ticks.map((tick) => latest().format(tick)),
      },
    ],
    series: [
      {},
      ...latest().series.map(({ label, color }): uPlot.Series => ({
        label,
        stroke: token(`--chart-${String(color)}`),
        width: 1.75,
        spanGaps: false,
        points: { show: false },
      })),
    ],
    hooks: {
      setCursor: [(chart) => onRead(chart.cursor.idx ?? null)],
      draw: [(chart) => drawThresholds(chart, latest().thresholds ?? [], token)],
    },
  };
}

/** 1, 2, 4, … 2^50: as far as sizes go. */
const BINARY_STEPS = Array.from({ length: 51 }, (_, power) => 2 ** power);

/** As wide as the longest label, so that none is cut off; never under three rem, so that charts in a column line up. */
function axisWidth(chart: uPlot, values: string[] | null, rem: number): number {
  const widest = Math.max(0, ...(values ?? []).map((value) => chart.ctx.measureText(value).width / devicePixelRatio));
  return Math.max(4.5 * rem, Math.ceil(widest + rem));
}

function drawThresholds(
  chart: uPlot,
  thresholds: readonly { value: number; tone: 'look' | 'act' }[],
  token: (name: string) => string,
): void {
  const { ctx, bbox } = chart;
  for (const { value, tone } of thresholds) {
    const y = chart.valToPos(value, 'y', true);
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.save();
    ctx.strokeStyle = token(`--${tone}`);
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([6, 4]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  }
}
