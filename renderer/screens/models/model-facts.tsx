import type { MemoryNeed, ModelFacts } from '../../../main/contract/models.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import type { KeyValue } from '../../ui/key-value-list.tsx';

type FactName =
  | 'purpose' | 'architecture' | 'publisher' | 'parameters' | 'quantization' | 'context' | 'vocabulary' | 'layers' | 'experts'
  | 'licence' | 'languages' | 'template' | 'size' | 'memory';

/** The facts of a model in words, each term explained on hover and focus. `sizeBytes` is what the files take on disk. */
export function ModelFactsList({ facts, need, sizeBytes }: { facts: ModelFacts; need: MemoryNeed; sizeBytes: number }) {
  const { t, format } = useTexts();
  const fact = (key: FactName, value: string): KeyValue => ({
    key,
    value,
    label: t(`models.facts.${key}`),
    explain: t(`models.facts.${key}Explain`),
  });
  const { ramBytes, contextSize } = need;
  const template = !facts.chatTemplate.present
    ? t('models.facts.templateAbsent')
    : facts.chatTemplate.family === null
      ? t('models.facts.templatePresent')
      : t('models.facts.templateKnown', { family: facts.chatTemplate.family });
  const items = [
    fact('purpose', t(`errors.purposes.${facts.purpose}`)),
    fact('architecture', facts.architecture),
    fact('parameters', format.count(facts.parameterCount)),
    fact('quantization', facts.quantization),
    fact('context', t('models.facts.contextValue', { tokens: format.number(facts.contextLength) })),
    fact('size', format.bytes(sizeBytes)),
    fact('memory', t('models.facts.memoryValue', { memory: format.bytes(ramBytes), tokens: format.number(contextSize) })),
    ...(facts.purpose === 'text-generation' ? [fact('template', template)] : []),
    fact('licence', facts.licence ?? t('common.notTold')),
    fact('publisher', facts.organization ?? t('common.notTold')),
    ...(facts.languages.length > 0 ? [fact('languages', languagesOf(facts.languages, format.language).join(t('common.listSeparator')))] : []),
    fact('vocabulary', t('models.facts.vocabularyValue', { tokens: format.number(facts.vocabularySize) })),
    fact('layers', t('models.facts.layersValue', { layers: format.number(facts.layerCount), heads: format.number(facts.headCount) })),
    ...(facts.expertCount === null || facts.expertCount === 0 ? [] : [fact('experts', format.number(facts.expertCount))]),
  ];
  return <KeyValueList items={items} columns={2} />;
}

/** "en" → "English": files name languages by code. */
function languagesOf(codes: readonly string[], language: string): string[] {
  const names = new Intl.DisplayNames(language, { type: 'language', fallback: 'code' });
  return codes.map((code) => nameOf(names, code));
}

/** A file may hold anything in the place of a code; then it is shown as it stands. */
function nameOf(names: Intl.DisplayNames, code: string): string {
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}
