import type { Benchmark } from '../../../main/contract/benchmarks.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useBenchmarks } from '../../state/quality.ts';
import { Panel } from '../../ui/panel.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { CurveChart } from './curve-chart.tsx';
import { figureText } from './figure-cells.tsx';
import { headlineOf, historyOf } from './figures.ts';
import classes from './quality.module.css';

const DAY_MS = 86_400_000;
/** Reading is often a hundred times faster than writing: a chart each. */
const KINDS = [
  { kind: 'prompt', color: 1 },
  { kind: 'generation', color: 2 },
] as const;

/** What the same version gave on the same machine each time it was measured: two charts, and the same as a table. */
export function BenchmarkHistory({ benchmark }: { benchmark: Benchmark }) {
  const { t, format } = useTexts();
  const all = useBenchmarks().data;
  if (all === undefined) return null;
  const history = historyOf(benchmark, all);
  const first = history[0];
  const last = history.at(-1);
  if (history.length < 2 || first === undefined || last === undefined) {
    return (
      <Panel title={t('quality.detail.history')}>
        <p className={classes['plain']}>{t('quality.detail.historyOne')}</p>
      </Panel>
    );
  }
  const places = history.map(({ atMs }) => atMs);
  const withinDay = last.atMs - first.atMs < DAY_MS;
  return (
    <Panel title={t('quality.detail.history')}>
      <p className={classes['lead']}>{t('quality.detail.historyLead')}</p>
      <div className={classes['charts']}>
        {KINDS.map(({ kind, color }) => {
          const speeds = history.map((each) => headlineOf(each)[kind]?.tokensPerSecond ?? null);
          if (speeds.every((speed) => speed === null)) return null;
          return (
            <CurveChart
              key={kind}
              title={t(`quality.figures.${kind}`)}
              places={places}
              scale="time"
              axisLabel={t('quality.compare.axisTime')}
              valueLabel={t('quality.compare.axisSpeed')}
              formatPlace={(atMs) => (withinDay ? format.time(atMs) : format.date(atMs))}
              format={(value) => figureText(value, format)}
              heightRem={11}
              curves={[
                {
                  id: kind,
                  label: t('quality.figures.speedUnit'),
                  color,
                  values: speeds.map((speed) => speed?.mean ?? null),
                  deviations: speeds.map((speed) => speed?.deviation ?? null),
                },
              ]}
            />
          );
        })}
      </div>
      <details className={classes['alternative']}>
        <summary>{t('quality.compare.alternative')}</summary>
        <ScrollRegion label={t('quality.compare.alternative')} className={classes['scroller']}>
          <table className={classes['figures']}>
            <thead>
              <tr>
                <th scope="col">{t('quality.benchmarks.table.when')}</th>
                <th scope="col">{t('quality.benchmarks.table.name')}</th>
                <th scope="col" data-align="right">{`${t('quality.figures.prompt')} ${t('quality.figures.speedUnit')}`}</th>
                <th scope="col" data-align="right">{`${t('quality.figures.generation')} ${t('quality.figures.speedUnit')}`}</th>
                <th scope="col">{t('quality.detail.engine')}</th>
              </tr>
            </thead>
            <tbody>
              {history.map((each) => {
                const { prompt, generation } = headlineOf(each);
                return (
                  <tr key={each.id} data-marked={each.id === benchmark.id || undefined}>
                    <th scope="row">{format.dateTime(each.atMs)}</th>
                    <td>{each.id === benchmark.id ? each.label : <RouteLink to={{ screen: 'benchmark', benchmarkId: each.id }}>{each.label}</RouteLink>}</td>
                    <td data-align="right">{figureText(prompt?.tokensPerSecond.mean ?? null, format)}</td>
                    <td data-align="right">{figureText(generation?.tokensPerSecond.mean ?? null, format)}</td>
                    <td>{each.engine.release}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </ScrollRegion>
      </details>
    </Panel>
  );
}
