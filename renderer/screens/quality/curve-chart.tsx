import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useTexts } from '../../i18n/i18n.ts';
import { useColorScheme } from '../../state/preferences.ts';
import classes from '../../ui/chart.module.css';

export interface Curve {
  id: string;
  label: string;
  /** One value per place on the axis; null where it was not measured. */
  values: readonly (number | null)[];
  /** How far the runs vary, drawn as whiskers; null where it is not known. */
  deviations?: readonly (number | null)[];
  color: 1 | 2 | 3 | 4 | 5 | 6;
}

interface CurveChartProps {
  title: string;
  /** Places on the axis, increasing: sizes in tokens, numbers of streams, or times in ms since 1970. */
  places: readonly number[];
  /** Sizes double from one to the next: `log` gives each step the same room. */
  scale: 'log' | 'time';
  /** Under the axis, with its unit. */
  axisLabel: string;
  /** Beside the other axis. */
  valueLabel: string;
  curves: readonly Curve[];
  formatPlace: (place: number) => string;
  format: (value: number) => string;
  heightRem?: number;
}

/**
 * Figures over a size, a number of streams or time: points joined by lines, whiskers for the spread, the last value of each curve
 * written out, all curves read at the pointer. Drawn on a canvas; the label speaks the numbers, and a table stands beside it.
 */
export function CurveChart(props: CurveChartProps) {
  const { language } = useTexts();
  const scheme = useColorScheme();
  const holder = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLUListElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const heightRem = props.heightRem ?? 14;
  const shape = JSON.stringify([props.places, props.scale, props.axisLabel, props.valueLabel, props.curves, heightRem, language]);

  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    const height = heightRem * rem;
    const chart = new uPlot(optionsFor({ element, props: latest.current, rem, width: element.clientWidth, height, legend: legend.current }), dataOf(latest.current), element);
    writeValues(legend.current, latest.current, null);
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [shape, scheme, heightRem]);

  return (
    <figure className={classes['figure']}>
      <figcaption className={classes['caption']}>
        <span className={classes['title']}>{props.title}</span>
        <ul ref={legend} className={classes['legend']}>
          {props.curves.map((curve) => (
            <li key={curve.id} data-color={curve.color}>
              <span className={classes['swatch']} aria-hidden />
              <span className={classes['legendName']}>{curve.label}</span>
              <span className={classes['value']} data-value />
            </li>
          ))}
        </ul>
      </figcaption>
      <div ref={holder} className={classes['holder']} role="img" aria-label={spoken(props)} />
    </figure>
  );
}

function spoken({ title, places, curves, format, formatPlace }: CurveChartProps): string {
  const read = curves.map(({ label, values }) => {
    const points = values.flatMap((value, index) => (value === null ? [] : [`${formatPlace(places[index] ?? 0)}: ${format(value)}`]));
    return `${label}: ${points.join(', ')}`;
  });
  return `${title}. ${read.join('. ')}`;
}

/** At the pointer, else the last that there is. */
function writeValues(legend: HTMLElement | null, { curves, format }: CurveChartProps, index: number | null): void {
  curves.forEach(({ values }, at) => {
    const cell = legend?.children[at]?.querySelector('[data-value]');
    const value = index === null ? values.findLast((each) => each !== null) : values[index];
    if (cell != null) cell.textContent = value == null ? '–' : format(value);
  });
}

function xOf(place: number, scale: CurveChartProps['scale']): number {
  return scale === 'log' ? Math.log2(place) : place;
}

function dataOf({ places, curves, scale }: CurveChartProps): uPlot.AlignedData {
  return [places.map((place) => xOf(place, scale)), ...curves.map(({ values }) => [...values])];
}

interface OptionsInput {
  element: HTMLElement;
  props: CurveChartProps;
  rem: number;
  width: number;
  height: number;
  legend: HTMLElement | null;
}

function optionsFor({ element, props, rem, width, height, legend }: OptionsInput): uPlot.Options {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const font = `${String(0.75 * rem)}px ${style.fontFamily}`;
  const axis: uPlot.Axis = { stroke: token('--text-dim'), font, labelFont: font, labelSize: 1.25 * rem, labelGap: 0.125 * rem, ticks: { show: false } };
  const { places, curves, scale } = props;
  const top = Math.max(1e-6, ...curves.flatMap(({ values, deviations }) => values.map((value, index) => (value ?? 0) + (deviations?.[index] ?? 0))));
  const xs = places.map((place) => xOf(place, scale));
  const [first = 0, last = first] = [xs[0], xs.at(-1)];
  const margin = first === last ? 1 : (last - first) * 0.06;
  return {
    width,
    height,
    pxAlign: false,
    legend: { show: false },
    padding: [0.75 * rem, 1.5 * rem, 0, 0],
    cursor: { y: false, points: { size: 8 }, drag: { x: false, y: false } },
    scales: { x: { time: false, range: () => [first - margin, last + margin] }, y: { range: () => [0, top * 1.1] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 1.75 * rem,
        label: props.axisLabel,
        splits: () => spaced(xs, (width - 6 * rem) / (scale === 'time' ? 6.5 * rem : 3.25 * rem)),
        values: (_, splits) => splits.map((x) => props.formatPlace(places[xs.indexOf(x)] ?? 0)),
      },
      {
        ...axis,
        grid: { stroke: token('--line'), width: 1 },
        label: props.valueLabel,
        size: 3.75 * rem,
        space: 2 * rem,
        values: (_, ticks) => ticks.map((tick) => props.format(tick)),
      },
    ],
    series: [
      {},
      ...curves.map(({ label, color }): uPlot.Series => ({
        label,
        stroke: token(`--chart-${String(color)}`),
        width: 1.75,
        spanGaps: true,
        points: { show: true, size: 0.4375 * rem, fill: token(`--chart-${String(color)}`) },
      })),
    ],
    hooks: {
      setCursor: [(chart) => writeValues(legend, props, chart.cursor.idx ?? null)],
      draw: [(chart) => drawWhiskers(chart, props, token)],
    },
  };
}

/** Labels for as many places as there is room, the last one always among them. */
function spaced(xs: readonly number[], room: number): number[] {
  const [first, last] = [xs[0], xs.at(-1)];
  if (first === undefined || last === undefined) return [];
  const least = (last - first) / Math.max(1, room);
  const kept: number[] = [];
  for (const x of xs.toReversed()) if (kept.length === 0 || (kept.at(-1) ?? 0) - x >= least) kept.push(x);
  return kept.toReversed();
}

function drawWhiskers(chart: uPlot, { places, curves, scale }: CurveChartProps, token: (name: string) => string): void {
  const { ctx } = chart;
  const half = 4 * devicePixelRatio;
  ctx.save();
  ctx.lineWidth = 1.5 * devicePixelRatio;
  for (const { values, deviations, color } of curves) {
    ctx.strokeStyle = token(`--chart-${String(color)}`);
    values.forEach((value, index) => {
      const deviation = deviations?.[index] ?? 0;
      if (value === null || deviation <= 0) return;
      const x = chart.valToPos(xOf(places[index] ?? 1, scale), 'x', true);
      const [high, low] = [chart.valToPos(value + deviation, 'y', true), chart.valToPos(Math.max(0, value - deviation), 'y', true)];
      ctx.beginPath();
      ctx.moveTo(x, high);
      ctx.lineTo(x, low);
      for (const y of [high, low]) {
        ctx.moveTo(x - half, y);
        ctx.lineTo(x + half, y);
      }
      ctx.stroke();
    });
  }
  ctx.restore();
}
