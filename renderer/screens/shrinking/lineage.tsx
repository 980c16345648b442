import type { ModelVersion } from '../../../main/contract/models.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import type { KeyValue } from '../../ui/key-value-list.tsx';
import { Panel } from '../../ui/panel.tsx';
import classes from './shrinking.module.css';

type Translate = ReturnType<typeof useTexts>['t'];
type Lineage = NonNullable<ModelVersion['lineage']>;

/** How a version came to be, in a few words: "version 1: Q4_K_M, with importance matrix". */
export function lineageLine(version: ModelVersion, t: Translate): string {
  if (version.lineage === null) return t('shrinking.lineage.imported');
  const { derivation, parentNumber } = version.lineage;
  const number = parentNumber ?? '–';
  if (derivation.kind === 'tuned') return t(`shrinking.lineage.tunedModes.${derivation.mode}`, { number, data: dataNames(derivation.data, t) });
  if (derivation.kind === 'pruned') return t('shrinking.lineage.pruned', { count: derivation.layers.length, number });
  return t(derivation.importanceMatrix === null ? 'shrinking.lineage.quantized' : 'shrinking.lineage.quantizedMatrix', { number, type: derivation.type });
}

/** Name of a text as it is shown: the ones in the box have names in the person's language. */
export function textName(name: string, t: Translate): string {
  return name === 'calibration' || name === 'held-out' ? t(`shrinking.text.bundledNames.${name}`) : name;
}

const SHORT_HASH = 12;

/** Everything that is needed to make a derived version again, and the log of llama.cpp folded. */
export function DerivationPanel({ lineage }: { lineage: Lineage }) {
  const { t, format } = useTexts();
  const { derivation, parentNumber } = lineage;
  const yesNo = (value: boolean): string => t(value ? 'common.yes' : 'common.no');
  const items: KeyValue[] = [
    {
      key: 'parent',
      label: t('shrinking.lineage.parent'),
      value: parentNumber === null ? t('shrinking.lineage.parentGone') : t('shrinking.lineage.parentValue', { number: parentNumber }),
    },
    ...itemsOf(derivation),
    { key: 'release', label: t('shrinking.lineage.release'), value: derivation.engineRelease },
    { key: 'took', label: t('shrinking.lineage.took'), value: format.duration(derivation.durationMs) },
  ];
  return (
    <Panel title={t('shrinking.lineage.title')}>
      <KeyValueList items={items} />
      {derivation.log !== '' && (
        <details className={classes['folded']}>
          <summary>{t('shrinking.lineage.log')}</summary>
          <CodeBlock code={derivation.log} label={t('shrinking.lineage.logLabel')} />
        </details>
      )}
    </Panel>
  );

  function itemsOf(made: Lineage['derivation']): KeyValue[] {
    switch (made.kind) {
      case 'quantized':
        return quantizedItems(made);
      case 'pruned':
        return prunedItems(made);
      case 'tuned':
        return [
          { key: 'data', label: t('shrinking.lineage.data'), value: dataNames(made.data, t) },
          { key: 'steps', label: t('shrinking.lineage.steps'), value: t('shrinking.lineage.stepsValue', { steps: format.number(made.steps), tokens: format.number(made.tokens) }) },
          ...(made.validationBefore === null || made.validationAfter === null
            ? []
            : [
                {
                  key: 'loss',
                  label: t('shrinking.lineage.loss'),
                  value: t('shrinking.lineage.lossValue', { before: format.number(made.validationBefore, 3), after: format.number(made.validationAfter, 3) }),
                },
              ]),
        ];
    }
  }

  function quantizedItems(made: Extract<Lineage['derivation'], { kind: 'quantized' }>): KeyValue[] {
    const matrix = made.importanceMatrix;
    return [
      { key: 'type', label: t('shrinking.lineage.type'), value: made.type },
      {
        key: 'matrix',
        label: t('shrinking.lineage.matrix'),
        value:
          matrix === null
            ? t('shrinking.lineage.matrixNone')
            : t('shrinking.lineage.matrixValue', {
                text: matrix.textName === null ? t('shrinking.lineage.matrixUntold') : textName(matrix.textName, t),
                sha256: matrix.sha256.slice(0, SHORT_HASH),
              }),
      },
      ...(made.outputTensorType === null ? [] : [{ key: 'output', label: t('shrinking.lineage.output'), value: made.outputTensorType }]),
      ...(made.tokenEmbeddingType === null ? [] : [{ key: 'embedding', label: t('shrinking.lineage.embedding'), value: made.tokenEmbeddingType }]),
      ...(made.overrides.length === 0
        ? []
        : [{ key: 'overrides', label: t('shrinking.lineage.overrides'), value: made.overrides.map(({ pattern, type }) => `${pattern} = ${type}`).join(t('common.listSeparator')) }]),
      ...(made.pure ? [{ key: 'pure', label: t('shrinking.lineage.pure'), value: yesNo(true) }] : []),
      ...(made.leaveOutputTensor ? [{ key: 'leave', label: t('shrinking.lineage.leaveOutput'), value: yesNo(true) }] : []),
      ...(made.fallbackCount === 0
        ? []
        : [{ key: 'fallbacks', label: t('shrinking.lineage.fallbacks'), value: t('shrinking.lineage.fallbacksValue', { count: made.fallbackCount }) }]),
    ];
  }

  function prunedItems(made: Extract<Lineage['derivation'], { kind: 'pruned' }>): KeyValue[] {
    return [
      {
        key: 'layers',
        label: t('shrinking.lineage.layers'),
        value: t('shrinking.lineage.layersValue', { list: layerList(made.layers, t), total: format.number(made.parentLayerCount) }),
      },
    ];
  }
}

function dataNames(data: Extract<Lineage['derivation'], { kind: 'tuned' }>['data'], t: Translate): string {
  return data.map(({ datasetName, number }) => t('shrinking.lineage.dataVersion', { name: datasetName, number })).join(t('common.listSeparator'));
}

/** Numbers of blocks as llama.cpp counts them, from 0; runs are drawn together: "4, 7–9". */
export function layerList(layers: readonly number[], t: Translate): string {
  const sorted = [...layers].sort((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const layer of sorted) {
    const run = runs.at(-1);
    if (run !== undefined && layer === run[1] + 1) run[1] = layer;
    else runs.push([layer, layer]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${String(from)}–${String(to)}`)).join(t('common.listSeparator'));
}
