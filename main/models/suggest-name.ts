import type { Inspection, ModelFacts, ModelSummary } from '../contract/models.contract.ts';
import { nameKeyOf } from '../kernel/names.ts';

/** The model's own name where it has one; otherwise the file name without split numbers and extension. */
export function suggestName(facts: ModelFacts, fileName: string): string {
  const fromFile = fileName.replace(/(-\d{5}-of-\d{5})?\.gguf$/i, '').replace(/[_]+/g, ' ').trim();
  const own = (facts.name ?? '').trim();
  // Converters often write the architecture where the name belongs.
  const name = own === '' || nameKeyOf(own) === facts.architecture ? fromFile : own;
  return name.slice(0, 100) || 'Model';
}

export function freeName(name: string, isFree: (name: string) => boolean): string {
  if (isFree(name)) return name;
  for (let number = 2; ; number += 1) if (isFree(`${name} (${number})`)) return `${name} (${number})`;
}

/** Models of the same architecture and purpose whose name begins alike: perhaps this file is a further version of one. */
export function candidatesFor(facts: ModelFacts, suggestedName: string, models: readonly ModelSummary[]): Inspection['candidates'] {
  const stem = (name: string): string => nameKeyOf(name).replace(/[^\p{L}\p{N}]+/gu, '').slice(0, 8);
  return models
    .filter((model) => !model.retired && model.architecture === facts.architecture && model.purpose === facts.purpose && stem(model.name) === stem(suggestedName))
    .slice(0, 5)
    .map((model) => ({ modelId: model.id, name: model.name, versionCount: model.versionCount }));
}
