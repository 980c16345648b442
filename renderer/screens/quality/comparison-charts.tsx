import type { Benchmark, BenchmarkRow } from '../../../main/contract/benchmarks.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { BarChart } from './bar-chart.tsx';
import { sizeCurves } from './compare-rows.ts';
import type { SizeCurves } from './compare-rows.ts';
import { CurveChart } from './curve-chart.tsx';
import { figureText, testName } from './figure-cells.tsx';
import classes from './quality.module.css';

const COLORS = [1, 2, 3, 4, 5, 6] as const;
const axes = { prompt: 'axisPrompt', generation: 'axisOutput', streams: 'axisStreams' } as const;
const titles = { prompt: 'promptCurve', generation: 'generationCurve', streams: 'streamsCurve' } as const;

/** A chart a kind of measurement: a curve where it was measured at several sizes, bars where at one. The table above has the same numbers. */
export function ComparisonCharts({ benchmarks }: { benchmarks: readonly Benchmark[] }) {
  const { t, format } = useTexts();
  const curves = sizeCurves(benchmarks);
  const varies = benchmarks.some(({ rows }) => rows.some(({ tokensPerSecond }) => tokensPerSecond.deviation > 0));
  const streams = curves.find(({ test }) => test === 'streams');
  return (
    <>
      <div className={classes['charts']}>
        {curves.map((each) =>
          each.places.length > 1 ? (
            <SizeChart key={each.test} curves={each} benchmarks={benchmarks} title={t(`quality.compare.${titles[each.test]}`)} />
          ) : (
            <SizeBars key={each.test} curves={each} benchmarks={benchmarks} />
          ),
        )}
        {streams !== undefined && streams.places.length > 1 && (
          <CurveChart
            title={t('quality.compare.ttftCurve')}
            places={streams.places}
            scale="log"
            axisLabel={t('quality.compare.axisStreams')}
            valueLabel={t('quality.compare.axisMs')}
            formatPlace={(place) => format.number(place)}
            format={(value) => figureText(value, format)}
            curves={benchmarks.map(({ id, label }, index) => ({
              id,
              label,
              color: COLORS[index] ?? 6,
              values: (streams.rows[index] ?? []).map((row) => row?.ttftMs?.p50 ?? null),
            }))}
          />
        )}
      </div>
      {varies && <p className={classes['remark']}>{t('quality.compare.whiskers')}</p>}
    </>
  );
}

function SizeChart({ curves, benchmarks, title }: { curves: SizeCurves; benchmarks: readonly Benchmark[]; title: string }) {
  const { t, format } = useTexts();
  return (
    <CurveChart
      title={title}
      places={curves.places}
      scale="log"
      axisLabel={t(`quality.compare.${axes[curves.test]}`)}
      valueLabel={t('quality.compare.axisSpeed')}
      formatPlace={(place) => format.number(place)}
      format={(value) => figureText(value, format)}
      curves={benchmarks.map(({ id, label }, index) => ({
        id,
        label,
        color: COLORS[index] ?? 6,
        values: (curves.rows[index] ?? []).map((row) => row?.tokensPerSecond.mean ?? null),
        deviations: (curves.rows[index] ?? []).map((row) => row?.tokensPerSecond.deviation ?? null),
      }))}
    />
  );
}

function SizeBars({ curves, benchmarks }: { curves: SizeCurves; benchmarks: readonly Benchmark[] }) {
  const { t, format } = useTexts();
  const rows = curves.rows.map((each): BenchmarkRow | null => each[0] ?? null);
  const measured = rows.find((row) => row !== null);
  if (measured == null) return null;
  return (
    <BarChart
      title={testName(measured, t, format)}
      axisLabel={t('quality.compare.axisSpeed')}
      format={(value) => figureText(value, format)}
      bars={benchmarks.flatMap(({ id, label }, index) => {
        const speed = rows[index]?.tokensPerSecond;
        if (speed === undefined) return [];
        const spread = speed.deviation > 0 ? ` ${t('quality.figures.deviation', { value: figureText(speed.deviation, format) })}` : '';
        return [{ id, label, value: speed.mean, deviation: speed.deviation, color: COLORS[index] ?? 6, text: `${figureText(speed.mean, format)}${spread}` }];
      })}
    />
  );
}
