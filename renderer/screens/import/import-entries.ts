import type { Inspection, ImportSource } from '../../../main/contract/models.contract.ts';

/** What a person has entered in the import wizard so far. Kept while they look elsewhere. */
export interface ImportEntries {
  source: ImportSource | null;
  /** Name of the chosen file, for the list at the left. */
  fileName: string;
  inspection: Inspection | null;
  targetKind: 'new-model' | 'new-version';
  name: string;
  modelId: string | null;
  notes: string;
}

export const noEntries: ImportEntries = {
  source: null,
  fileName: '',
  inspection: null,
  targetKind: 'new-model',
  name: '',
  modelId: null,
  notes: '',
};

/** Entries after a file was looked at: its name is proposed, unless the person has typed one already. */
export function withInspection(entries: ImportEntries, inspection: Inspection): ImportEntries {
  const candidate = likelyModel(inspection) ?? inspection.candidates[0];
  return {
    ...entries,
    inspection,
    fileName: inspection.fileName,
    name: entries.name === '' ? inspection.suggestedName : entries.name,
    modelId: inspection.candidates.some(({ modelId }) => modelId === entries.modelId) ? entries.modelId : (candidate?.modelId ?? null),
    targetKind: targetKindAfter(entries, inspection),
  };
}

/**
 * The model this file is most likely a version of: one that bears the name the file suggests. Where that name is taken,
 * the suggestion carries a number, "Qwen (2)".
 */
export function likelyModel(inspection: Inspection): Inspection['candidates'][number] | undefined {
  const name = inspection.suggestedName.replace(/ \(\d+\)$/, '');
  return inspection.candidates.find((candidate) => candidate.name === name);
}

function targetKindAfter(entries: ImportEntries, inspection: Inspection): ImportEntries['targetKind'] {
  if (inspection.candidates.length === 0) return 'new-model';
  return entries.inspection === null && likelyModel(inspection) !== undefined ? 'new-version' : entries.targetKind;
}

/** Whether the name step is answered. */
export function targetOf(entries: ImportEntries): { kind: 'new-model'; name: string } | { kind: 'new-version'; modelId: string } | null {
  if (entries.targetKind === 'new-version') return entries.modelId === null ? null : { kind: 'new-version', modelId: entries.modelId };
  const name = entries.name.trim();
  return name === '' ? null : { kind: 'new-model', name };
}

/** The command that does the same, if there is one. Paths and names are quoted for a POSIX shell. */
export function commandOf(entries: ImportEntries): string | undefined {
  const file = entries.source?.kind === 'path' ? entries.source.path : entries.fileName;
  const target = targetOf(entries);
  if (target?.kind !== 'new-model') return undefined;
  const name = target.name === entries.inspection?.suggestedName ? [] : ['--name', quoted(target.name)];
  return ['modelward', 'model', 'import', quoted(file), ...name].join(' ');
}

function quoted(text: string): string {
  return /^[\w./:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
