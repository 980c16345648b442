import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { NO_VALUE } from '../i18n/format.ts';
import { useTexts } from '../i18n/i18n.ts';
import { useColorScheme } from '../state/preferences.ts';
import classes from './chart.module.css';

export interface Series {
  id: string;
  label: string;
  /**
   * One value per place; null is a gap and is drawn as one. Undefined says that nothing was to be measured there: the line goes on
   * to the next value.
   */
  values: readonly (number | null | undefined)[];
  /** 1–6: the same thing has the same colour on every screen. */
  color: 1 | 2 | 3 | 4 | 5 | 6;
  /** Draws a dot for every value: for few ones far apart. */
  dots?: boolean;
}

/** A place that is pointed out: a ring on the line with a word beside it. */
export interface Mark {
  place: number;
  value: number;
  label: string;
}

export interface LineChartProps {
  title: string;
  /** Places on the axis, increasing: times in seconds since 1970, or steps. */
  places: readonly number[];
  /** Times are labelled at full minutes and hours, steps at whole numbers. */
  scale: 'time' | 'steps';
  formatPlace: (place: number) => string;
  /** Under the axis, where the places alone do not say what they are. */
  axisLabel?: string;
  series: readonly Series[];
  /** A value in words with its unit: for axis, legend and label. */
  format: (value: number) => string;
  /** Width of the window shown, in places, ending at the newest; all of it when left out. */
  window?: number;
  /** Fixed ends of the value axis; fitted to the data otherwise (always from 0 unless `min` is given). `fit`: around the values. */
  min?: number | 'fit';
  max?: number;
  /** The top of a fitted axis is never lower, so that a quiet line stays at the bottom and its labels differ. */
  leastTop?: number;
  /** Steps of the axis are powers of two, for sizes counted in 1024. */
  binary?: boolean;
  /** Drawn as dashed lines. */
  thresholds?: readonly { value: number; tone: 'look' | 'act' }[];
  marks?: readonly Mark[];
  heightRem?: number;
}

/** Below this the axis does not shrink, so that noise around zero does not fill the chart. */
const SMALLEST_RANGE = 1e-6;

/**
 * Values over time or steps. Axes with units, the last value of each series written out above, gaps as gaps, all series read at
 * the pointer. Drawn on a canvas; the legend and an aria-label carry the numbers for everybody else.
 */
export function LineChart(props: LineChartProps) {
  const { t, language } = useTexts();
  const scheme = useColorScheme();
  const holder = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLUListElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const heightRem = props.heightRem ?? 10;
  const shape = props.series.map(({ id, color, label }) => `${id}:${String(color)}:${label}`).join('|');

  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    const height = heightRem * rem;
    const options = chartOptions({
      element,
      latest: () => latest.current,
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
  }, [shape, scheme, heightRem, language, props.scale, props.axisLabel]);

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
              <span className={classes['legendName']}>{series.label}</span>
              <span className={classes['value']} data-value />
            </li>
          ))}
        </ul>
      </figcaption>
      <div ref={holder} className={classes['holder']} role="img" aria-label={spoken(props, t)} />
    </figure>
  );
}

/** The last value up to a place; one that was not to be measured there is that of the place before. */
function valueAt({ values }: Series, index = values.length - 1): number | null {
  for (let at = index; at >= 0; at -= 1) if (values[at] !== undefined) return values[at] ?? null;
  return null;
}

function spoken(props: LineChartProps, t: ReturnType<typeof useTexts>['t']): string {
  const values = props.series.map((series) => {
    const value = valueAt(series);
    return t('common.labelled', { label: series.label, value: value === null ? NO_VALUE : props.format(value) });
  });
  return t('common.chart', { title: props.title, values: values.join(t('common.chartSeparator')) });
}

/** Written past React: the pointer moves sixty times a second. */
function writeValues(legend: HTMLUListElement | null, props: LineChartProps, index: number | null): void {
  const cells = legend?.querySelectorAll('[data-value]') ?? [];
  props.series.forEach((series, place) => {
    const value = index === null ? valueAt(series) : valueAt(series, index);
    const cell = cells[place];
    if (cell !== undefined) cell.textContent = value === null ? NO_VALUE : props.format(value);
  });
}

function dataOf({ places, series }: LineChartProps): uPlot.AlignedData {
  return [[...places], ...series.map(({ values }) => [...values])];
}

interface OptionsInput {
  element: HTMLElement;
  latest: () => LineChartProps;
  rem: number;
  width: number;
  height: number;
  onRead: (index: number | null) => void;
}

function chartOptions({ element, latest, rem, width, height, onRead }: OptionsInput): uPlot.Options {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const font = `${String(0.75 * rem)}px ${style.fontFamily}`;
  const axis: uPlot.Axis = { stroke: token('--text-dim'), font, ticks: { show: false } };
  const { axisLabel, scale } = latest();
  const label = axisLabel === undefined ? {} : { label: axisLabel, labelFont: font, labelSize: 1.25 * rem, labelGap: 0 };
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
        time: scale === 'time',
        range: (_, dataMin, dataMax) => {
          const { window } = latest();
          if (window !== undefined) return [dataMax - window, dataMax];
          return [dataMin, dataMax > dataMin || scale === 'time' ? dataMax : dataMin + 1];
        },
      },
      y: {
        range: (_, dataMin, dataMax) => {
          const { min: wanted = Math.min(0, dataMin ?? 0), max, leastTop = SMALLEST_RANGE } = latest();
          const around = Math.max(SMALLEST_RANGE, ((dataMax ?? 0) - (dataMin ?? 0)) * 0.1, Math.abs(dataMax ?? 0) * 0.01);
          const min = wanted === 'fit' ? (dataMin ?? 0) - around : wanted;
          if (max !== undefined) return [min, max];
          const top = Math.max(dataMax ?? 0, min + leastTop);
          return [min, top + (top - min) * 0.1];
        },
      },
    },
    axes: [
      {
        ...axis,
        ...label,
        grid: { show: false },
        size: 1.75 * rem,
        space: 5 * rem,
        ...(scale === 'steps' ? { incrs: WHOLE_STEPS } : {}),
        values: (_, ticks) => ticks.map((tick) => latest().formatPlace(tick)),
      },
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
      ...latest().series.map(({ label: name, color, dots = false }): uPlot.Series => ({
        label: name,
        stroke: token(`--chart-${String(color)}`),
        width: 1.75,
        spanGaps: false,
        points: dots ? { show: true, size: 0.375 * rem, fill: token(`--chart-${String(color)}`) } : { show: false },
      })),
    ],
    hooks: {
      setCursor: [(chart) => onRead(chart.cursor.idx ?? null)],
      draw: [
        (chart) => drawThresholds(chart, latest().thresholds ?? [], token),
        (chart) => drawMarks({ chart, marks: latest().marks ?? [], token, font, rem }),
      ],
    },
  };
}

/** 1, 2, 4, … 2^50: as far as sizes go. */
const BINARY_STEPS = Array.from({ length: 51 }, (_, power) => 2 ** power);

/** 1, 2, 5, 10, … 5 · 10^9: there is no half step. */
const WHOLE_STEPS = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

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

interface MarksInput {
  chart: uPlot;
  marks: readonly Mark[];
  token: (name: string) => string;
  font: string;
  rem: number;
}

function drawMarks({ chart, marks, token, font, rem }: MarksInput): void {
  const { ctx, bbox } = chart;
  for (const { place, value, label } of marks) {
    const [x, y] = [chart.valToPos(place, 'x', true), chart.valToPos(value, 'y', true)];
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.save();
    ctx.strokeStyle = token('--text');
    ctx.fillStyle = token('--text');
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.beginPath();
    ctx.arc(x, y, 0.3125 * rem * devicePixelRatio, 0, 2 * Math.PI);
    ctx.stroke();
    ctx.font = font.replace(/^[\d.]+/, (size) => String(Number(size) * devicePixelRatio));
    const atEnd = x > bbox.left + bbox.width - 4 * rem * devicePixelRatio;
    ctx.textAlign = atEnd ? 'right' : 'left';
    // Above the ring, unless that is outside of the chart.
    const above = y - bbox.top > 1.5 * rem * devicePixelRatio;
    ctx.fillText(label, x + (atEnd ? -1 : 1) * 0.375 * rem * devicePixelRatio, y + (above ? -0.625 : 1.125) * rem * devicePixelRatio);
    ctx.restore();
  }
}
