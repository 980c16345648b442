import { useTexts } from '../../i18n/i18n.ts';
import { ScrollRegion } from '../../ui/scroll-region.tsx';
import classes from './influence.module.css';
import { layerList } from './lineage.tsx';

interface InfluenceChartProps {
  /** Index = number of the block. */
  influence: readonly number[];
  removed: readonly number[];
  /** Makes each bar a button; left out for a picture. */
  onToggle?: (layer: number) => void;
}

type State = 'kept' | 'removed' | 'fixed';

/** Influence of each layer as bars; those left out are hatched, so that they differ by more than colour. */
export function InfluenceChart({ influence, removed, onToggle }: InfluenceChartProps) {
  const { t, format } = useTexts();
  const most = Math.max(...influence, Number.EPSILON);
  const shown = (value: number): string => format.number(value, 3);
  const last = influence.length - 1;
  const stateOf = (layer: number): State => (layer === 0 || layer === last ? 'fixed' : removed.includes(layer) ? 'removed' : 'kept');
  const nameOf = (layer: number): string =>
    t('shrinking.prune.layers.bar', { layer, influence: shown(influence[layer] ?? 0), state: t(`shrinking.prune.layers.${stateOf(layer)}`) });
  const range = { total: format.number(influence.length), least: shown(Math.min(...influence)), most: shown(most) };
  const summary =
    removed.length === 0
      ? t('shrinking.prune.layers.chartNone', range)
      : t('shrinking.prune.layers.chartText', { count: removed.length, ...range, list: layerList(removed, t) });
  const every = influence.length > 48 ? 8 : influence.length > 24 ? 4 : influence.length > 12 ? 2 : 1;
  const layers = influence.map((value, layer) => ({ value, layer }));
  const bars = layers.map(({ value, layer }) => {
    const state = stateOf(layer);
    const inner = (
      <>
        <span className={classes['column']}>
          <span className={classes['fill']} style={{ height: `${String(Math.max(1.5, (value / most) * 100))}%` }} />
        </span>
        <span className={classes['tick']} aria-hidden>
          {layer % every === 0 || layer === last ? layer : ''}
        </span>
      </>
    );
    const name = nameOf(layer);
    return onToggle === undefined ? (
      <span key={layer} className={classes['bar']} data-state={state} title={name}>
        {inner}
      </span>
    ) : (
      <button
        key={layer}
        type="button"
        className={classes['bar']}
        data-state={state}
        title={name}
        aria-label={name}
        aria-pressed={state === 'removed'}
        disabled={state === 'fixed'}
        onClick={() => onToggle(layer)}
      >
        {inner}
      </button>
    );
  });
  return (
    <figure className={classes['figure']}>
      <figcaption className={classes['caption']}>
        <span className={classes['title']}>{t('shrinking.prune.layers.chart')}</span>
        <Legend />
      </figcaption>
      <div className={classes['frame']}>
        <div className={classes['scale']} aria-hidden>
          <span>{shown(most)}</span>
          <span>{shown(most / 2)}</span>
          <span>{shown(0)}</span>
        </div>
        {onToggle === undefined ? (
          <div className={classes['bars']} role="img" aria-label={summary}>
            {bars}
          </div>
        ) : (
          <div className={classes['bars']} role="group" aria-label={summary}>
            {bars}
          </div>
        )}
      </div>
      <p className={classes['axis']}>{t('shrinking.prune.layers.axis')}</p>
      <details className={classes['details']}>
        <summary>{t('shrinking.prune.layers.table')}</summary>
        <ScrollRegion label={t('shrinking.prune.layers.chart')} className={classes['scroller']}>
          <table className={classes['table']}>
            <thead>
              <tr>
                <th scope="col">{t('shrinking.prune.layers.layer')}</th>
                <th scope="col">{t('shrinking.prune.layers.influence')}</th>
                <th scope="col">{t('shrinking.prune.layers.fate')}</th>
              </tr>
            </thead>
            <tbody>
              {layers.map(({ value, layer }) => (
                <tr key={layer}>
                  <th scope="row">{layer}</th>
                  <td>{format.number(value, 5)}</td>
                  <td>{t(`shrinking.prune.layers.${stateOf(layer)}`)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      </details>
    </figure>
  );
}

function Legend() {
  const { t } = useTexts();
  return (
    <ul className={classes['legend']}>
      {(['kept', 'removed', 'fixed'] as const).map((state) => (
        <li key={state} data-state={state}>
          <span className={classes['swatch']} aria-hidden />
          {t(`shrinking.prune.layers.${state}`)}
        </li>
      ))}
    </ul>
  );
}
