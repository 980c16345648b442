import { Button, Select } from '@mantine/core';
import { IconArrowDownRight, IconArrowLeft, IconArrowUpRight } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { Benchmark } from '../../../main/contract/benchmarks.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useViewState } from '../../state/view-state.ts';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import { compareRows } from './compare-rows.ts';
import type { CompareRow } from './compare-rows.ts';
import { ComparisonCharts } from './comparison-charts.tsx';
import { figureText, ratioText, testName } from './figure-cells.tsx';
import { compareFigures, differencesOf } from './figures.ts';
import type { Figure } from './figures.ts';
import classes from './quality.module.css';

interface BenchmarkComparisonProps {
  /** Two to six. */
  benchmarks: readonly Benchmark[];
  onBack: () => void;
}

/** Benchmarks side by side against one of them: table with ratios, then charts. */
export function BenchmarkComparison({ benchmarks, onBack }: BenchmarkComparisonProps) {
  const { t } = useTexts();
  const [wanted, setWanted] = useViewState<string | null>('quality/benchmarks/baseline', null);
  const heading = useRef<HTMLHeadingElement>(null);
  // The oldest is what one had before, unless another is chosen.
  const oldest = benchmarks.toSorted((a, b) => a.atMs - b.atMs)[0];
  const baseline = benchmarks.find(({ id }) => id === wanted) ?? oldest;
  const differences = differencesOf(benchmarks);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  if (baseline === undefined) return null;
  const ordered = [baseline, ...benchmarks.filter((each) => each !== baseline)];
  return (
    <div className={classes['stack']}>
      <div className={classes['bar']}>
        <Button variant="subtle" leftSection={<IconArrowLeft size={16} aria-hidden />} onClick={onBack}>
          {t('quality.compare.back')}
        </Button>
        <h2 ref={heading} tabIndex={-1} className={classes['doneTitle']}>
          {t('quality.compare.title', { count: benchmarks.length })}
        </h2>
        <div className={classes['barEnd']}>
          <Select
            aria-label={t('quality.compare.baseline')}
            leftSection={null}
            w="20rem"
            maw="100%"
            allowDeselect={false}
            value={baseline.id}
            data={benchmarks.map(({ id, label }) => ({ value: id, label: t('quality.compare.against', { name: label }) }))}
            onChange={setWanted}
          />
        </div>
      </div>
      {differences.length > 0 && (
        <Notice tone="look">
          <p>
            {t('quality.compare.differ', { what: differences.map((difference) => t(`quality.compare.differs.${difference}`)).join(t('common.listSeparator')) })}
            {benchmarks.some(({ source }) => source !== 'measured') && ` ${t('quality.compare.differUnknown')}`}
          </p>
        </Notice>
      )}
      <Panel title={t('quality.compare.table')}>
        <ComparisonTable benchmarks={ordered} />
        <p className={classes['remark']}>{t('quality.compare.legend')}</p>
      </Panel>
      <Panel title={t('quality.compare.charts')}>
        <ComparisonCharts benchmarks={ordered} />
      </Panel>
    </div>
  );
}

/** The baseline is the first. */
function ComparisonTable({ benchmarks }: { benchmarks: readonly Benchmark[] }) {
  const { t } = useTexts();
  return (
    <ScrollRegion label={t('quality.compare.tableLabel')} className={classes['scroller']}>
      <table className={classes['figures']}>
        <thead>
          <tr>
            <th scope="col">{t('quality.compare.measurement')}</th>
            {benchmarks.map(({ id, label }, index) => (
              <th key={id} scope="col" data-align="right">
                <span className={classes['columnName']} title={label}>
                  {label}
                </span>
                {index === 0 && <span className={classes['second']}>{t('quality.compare.baselineMark')}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {compareRows(benchmarks).map((row) => (
            <tr key={row.key}>
              <th scope="row">
                <RowName row={row} />
              </th>
              {row.figures.map((figure, index) => (
                <td key={benchmarks[index]?.id ?? index} data-align="right">
                  <FigureCell row={row} figure={figure} baseline={index === 0 ? null : (row.figures[0] ?? null)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function RowName({ row }: { row: CompareRow }) {
  const { t, format } = useTexts();
  if (row.row === null) return t(`quality.figures.${row.kind === 'load' ? 'load' : row.kind === 'ram' ? 'ram' : 'vram'}`);
  const test = testName(row.row, t, format);
  if (row.kind === 'speed') {
    return (
      <>
        {test}
        <span className={classes['second']}>{t('quality.figures.speedUnit')}</span>
      </>
    );
  }
  return (
    <>
      {t(row.kind === 'ttft' ? 'quality.figures.ttft' : 'quality.figures.interToken')} (p50, {t('quality.figures.msUnit')})<span className={classes['second']}>{test}</span>
    </>
  );
}

function FigureCell({ row, figure, baseline }: { row: CompareRow; figure: Figure | null; baseline: Figure | null }) {
  const { t, format } = useTexts();
  if (figure === null) return <span className={classes['dim']}>–</span>;
  const compared = baseline === null ? null : compareFigures(figure, baseline);
  const Arrow = compared !== null && compared.ratio > 1 ? IconArrowUpRight : IconArrowDownRight;
  return (
    <>
      {valueText()}
      {figure.deviation > 0 && <span className={classes['dim']}>{` ${t('quality.figures.deviation', { value: figureText(figure.deviation, format) })}`}</span>}
      {compared !== null && (
        <span className={classes['second']} data-verdict={compared.verdict}>
          {t('quality.compare.ratio', { ratio: ratioText(compared.ratio, format) })}{' '}
          {compared.verdict === 'within' ? (
            t(figure.runs > 1 ? 'quality.compare.within' : 'quality.compare.same')
          ) : (
            <>
              <Arrow size={14} aria-hidden /> {t(compared.verdict === 'better' ? 'quality.compare.faster' : 'quality.compare.slower')}
            </>
          )}
        </span>
      )}
    </>
  );
  function valueText(): string {
    if (figure === null) return '';
    if (row.kind === 'ram' || row.kind === 'vram') return format.bytes(figure.value);
    return row.kind === 'load' ? format.duration(figure.value) : figureText(figure.value, format);
  }
}
