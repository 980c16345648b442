import type { Benchmark, BenchmarkRow } from '../../../main/contract/benchmarks.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { Explained, KeyValueList } from '../../ui/key-value-list.tsx';
import type { KeyValue } from '../../ui/key-value-list.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { modelOf } from './benchmark-columns.tsx';
import { BenchmarkHistory } from './benchmark-history.tsx';
import { backendName, figureText, performanceOf, testName } from './figure-cells.tsx';
import { DOUBTFUL_LOAD, headlineOf, rowKey } from './figures.ts';
import classes from './quality.module.css';

/** Everything that is kept of a benchmark: figures, what was measured, where, how. */
export function BenchmarkView({ benchmark }: { benchmark: Benchmark }) {
  const { t, format } = useTexts();
  const timed = benchmark.rows.filter(({ ttftMs, interTokenMs }) => ttftMs !== null || interTokenMs !== null);
  return (
    <div className={classes['stack']}>
      {benchmark.foreignLoad !== null && benchmark.foreignLoad > DOUBTFUL_LOAD && (
        <Notice tone="look" title={t('quality.detail.foreignTitle')}>
          <p>{t('quality.detail.foreign', { share: format.percent(benchmark.foreignLoad) })}</p>
        </Notice>
      )}
      <Headline benchmark={benchmark} />
      <Panel title={t('quality.detail.results')}>
        <Results benchmark={benchmark} />
        <p className={classes['remark']}>{t('quality.detail.spreadExplain')}</p>
      </Panel>
      {timed.length > 0 && (
        <Panel title={t('quality.detail.table.times')}>
          <Times rows={timed} />
        </Panel>
      )}
      <div className={classes['pair']}>
        <Panel title={t('quality.detail.model')}>
          <KeyValueList items={useModelFacts(benchmark)} />
        </Panel>
        <Panel title={t('quality.detail.how')}>
          {benchmark.settings === null && <p className={classes['lead']}>{t('quality.detail.settingsUnknown')}</p>}
          <KeyValueList items={useHowFacts(benchmark)} />
        </Panel>
        <Panel title={t('quality.detail.machine')}>
          {benchmark.machine === null ? <p className={classes['plain']}>{t('quality.detail.machineUnknown')}</p> : <MachineFacts machine={benchmark.machine} />}
        </Panel>
        <Panel title={t('quality.detail.memory')}>
          <KeyValueList
            items={[
              { key: 'load', label: t('quality.figures.load'), value: format.duration(benchmark.loadMs) },
              { key: 'ram', label: t('quality.figures.ram'), value: format.bytes(benchmark.peakRamBytes) },
              { key: 'vram', label: t('quality.figures.vram'), value: format.bytes(benchmark.peakVramBytes) },
              {
                key: 'foreign',
                label: t('quality.detail.foreignLoad'),
                value: benchmark.foreignLoad === null ? '–' : t('quality.detail.foreignLoadValue', { share: format.percent(benchmark.foreignLoad) }),
              },
            ]}
          />
        </Panel>
      </div>
      <BenchmarkHistory benchmark={benchmark} />
    </div>
  );
}

/** The three figures one asks for first, large. */
export function Headline({ benchmark }: { benchmark: Benchmark }) {
  const { t, format } = useTexts();
  const { prompt, generation, ttftMs } = headlineOf(benchmark);
  return (
    <dl className={classes['heads']}>
      {(['prompt', 'generation'] as const).map((key) => {
        const row = key === 'prompt' ? prompt : generation;
        if (row === null) return null;
        return (
          <div key={key} className={classes['head']}>
            <dt>
              <Explained label={t(`quality.figures.${key}`)} explain={t(`quality.figures.${key}Explain`)} />
            </dt>
            <dd>
              {figureText(row.tokensPerSecond.mean, format)} <span className={classes['headUnit']}>{t('quality.figures.speedUnit')}</span>
              <span className={classes['headNote']}>{testName(row, t, format)}</span>
            </dd>
          </div>
        );
      })}
      {ttftMs !== null && (
        <div className={classes['head']}>
          <dt>
            <Explained label={t('quality.figures.ttft')} explain={t('quality.figures.ttftExplain')} />
          </dt>
          <dd>
            {figureText(ttftMs, format)} <span className={classes['headUnit']}>{t('quality.figures.msUnit')}</span>
            <span className={classes['headNote']}>p50</span>
          </dd>
        </div>
      )}
    </dl>
  );
}

function Results({ benchmark }: { benchmark: Benchmark }) {
  const { t, format } = useTexts();
  const columns = ['mean', 'deviation', 'min', 'median', 'max'] as const;
  return (
    <ScrollRegion label={t('quality.detail.table.label')} className={classes['scroller']}>
      <table className={classes['figures']}>
        <thead>
          <tr>
            <th scope="col">{t('quality.detail.table.test')}</th>
            {columns.map((column) => (
              <th key={column} scope="col" data-align="right">
                {t(`quality.detail.table.${column}`)}
                <span className={classes['second']}>{t('quality.figures.speedUnit')}</span>
              </th>
            ))}
            <th scope="col" data-align="right">
              {t('quality.detail.table.repeats')}
            </th>
          </tr>
        </thead>
        <tbody>
          {benchmark.rows.map((row) => {
            const { mean, deviation, min, median, max, count } = row.tokensPerSecond;
            return (
              <tr key={rowKey(row)}>
                <th scope="row">{testName(row, t, format)}</th>
                <td data-align="right">{figureText(mean, format)}</td>
                <td data-align="right">{count > 1 ? t('quality.figures.deviation', { value: figureText(deviation, format) }) : '–'}</td>
                {[min, median, max].map((value, index) => (
                  <td key={columns[index + 2]} data-align="right">
                    {figureText(value, format)}
                  </td>
                ))}
                <td data-align="right">{format.number(count)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

const PERCENTILES = ['p50', 'p95', 'p99', 'max'] as const;

/** Percentiles of the times people wait, for every number of answers at a time. */
function Times({ rows }: { rows: readonly BenchmarkRow[] }) {
  const { t, format } = useTexts();
  const kinds = ['ttft', 'interToken'] as const;
  return (
    <ScrollRegion label={t('quality.detail.table.timesTable')} className={classes['scroller']}>
      <table className={classes['figures']}>
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              {t('quality.detail.table.test')}
            </th>
            {kinds.map((kind) => (
              <th key={kind} scope="colgroup" colSpan={PERCENTILES.length} data-align="right">
                <Explained label={`${t(`quality.figures.${kind}`)} (${t('quality.figures.msUnit')})`} explain={t(`quality.figures.${kind}Explain`)} />
              </th>
            ))}
          </tr>
          <tr>
            {kinds.map((kind) =>
              PERCENTILES.map((name) => (
                <th key={`${kind} ${name}`} scope="col" data-align="right">
                  {name === 'max' ? t('quality.detail.table.max') : name}
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              <th scope="row">
                {testName(row, t, format)}
                <span className={classes['second']}>{t('quality.detail.table.observations', { count: row.ttftMs?.count ?? 0 })}</span>
              </th>
              {([row.ttftMs, row.interTokenMs] as const).map((times, at) =>
                PERCENTILES.map((name) => (
                  <td key={`${kinds[at] ?? ''} ${name}`} data-align="right">
                    {figureText(times?.[name] ?? null, format)}
                  </td>
                )),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function useModelFacts(benchmark: Benchmark): KeyValue[] {
  const { t, format } = useTexts();
  const { model, source } = benchmark;
  const name = modelOf(benchmark, t);
  const gone = source === 'measured' && model.modelId === null;
  return [
    {
      key: 'model',
      label: t('quality.detail.modelName'),
      value: model.modelId === null ? `${name}${gone ? ` (${t('quality.detail.modelGone')})` : ''}` : <RouteLink to={{ screen: 'model', modelId: model.modelId }}>{name}</RouteLink>,
    },
    ...(model.deploymentId === null
      ? []
      : [
          {
            key: 'deployment',
            label: t('quality.detail.deployment'),
            value: (
              <>
                {t('quality.detail.deploymentLive')}
                {' – '}
                <RouteLink to={{ screen: 'deployment', deploymentId: model.deploymentId }}>{t('quality.detail.deploymentOpen')}</RouteLink>
              </>
            ),
          },
        ]),
    { key: 'quantization', label: t('quality.detail.quantization'), value: model.quantization === '' ? '–' : model.quantization },
    { key: 'size', label: t('quality.detail.size'), value: format.bytes(model.sizeBytes) },
    { key: 'parameters', label: t('quality.detail.parameters'), value: format.count(model.parameterCount) },
    ...(model.sha256 === null ? [] : [{ key: 'hash', label: t('quality.detail.hash'), value: <span className={classes['hashText']}>{model.sha256}</span> }]),
  ];
}

function useHowFacts({ engine, settings, plan }: Benchmark): KeyValue[] {
  const { t, format } = useTexts();
  return [
    { key: 'backend', label: t('quality.detail.backend'), value: backendName(engine.backend, t) },
    { key: 'engine', label: t('quality.detail.engine'), value: engine.release === '' ? '–' : engine.release },
    ...(engine.driver === null ? [] : [{ key: 'driver', label: t('quality.detail.driver'), value: engine.driver }]),
    ...(settings === null
      ? []
      : [
          ...(settings.backend === 'cpu' ? [] : [{ key: 'layers', label: t('quality.performance.gpuLayers'), value: format.number(settings.gpuLayers) }]),
          { key: 'threads', label: t('quality.performance.threads'), value: format.number(settings.threads) },
          { key: 'context', label: t('quality.detail.context'), value: t('deployments.settings.contextValue', { tokens: format.number(settings.contextSize) }) },
          { key: 'parallel', label: t('quality.detail.parallel'), value: format.number(settings.parallelSequences) },
          { key: 'batch', label: t('quality.performance.batchSize'), value: format.number(performanceOf(settings).batchSize) },
          { key: 'flash', label: t('quality.performance.flashAttention'), value: t(`quality.performance.flash.${performanceOf(settings).flashAttention}`) },
          { key: 'kv', label: t('quality.performance.kvType'), value: performanceOf(settings).kvType },
        ]),
    ...(plan === null
      ? []
      : [
          {
            key: 'repeats',
            label: t('quality.detail.repeats'),
            value: t(plan.warmUp ? 'quality.detail.repeatsWarm' : 'quality.detail.repeatsCold', { count: plan.repeats }),
          },
        ]),
  ];
}

function MachineFacts({ machine }: { machine: NonNullable<Benchmark['machine']> }) {
  const { t, format } = useTexts();
  return (
    <KeyValueList
      items={[
        { key: 'name', label: t('quality.detail.machineName'), value: machine.name },
        { key: 'processor', label: t('quality.detail.processor'), value: machine.processor },
        { key: 'cores', label: t('quality.detail.cores'), value: format.number(machine.cores) },
        { key: 'ram', label: t('quality.detail.ram'), value: format.bytes(machine.ramBytes) },
        { key: 'devices', label: t('quality.detail.devices'), value: machine.devices.join(t('common.listSeparator')) || t('quality.detail.noDevices') },
        { key: 'system', label: t('quality.detail.system'), value: machine.system },
      ]}
    />
  );
}
