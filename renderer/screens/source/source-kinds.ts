import { client } from '../../client/connection.ts';

/** What is chosen from this machine or sent to it: which files, and which part of the main side takes them. */
export interface SourceKind {
  /** Under which a wizard keeps its folder, and the upload of its file. */
  key: 'import' | 'data-import' | 'import-adapter';
  words: 'importing.file' | 'data.source';
  /** Endings of its files, in lower case. */
  endings: readonly string[];
  /** Whether a whole folder can be the source. */
  takesFolders: boolean;
  /** Whether a file must have one of the endings. */
  strict: boolean;
  api: Pick<typeof client.models, 'browse' | 'beginUpload' | 'discardUpload'>;
}

export const modelSource: SourceKind = {
  key: 'import',
  words: 'importing.file',
  endings: ['.gguf'],
  takesFolders: false,
  strict: true,
  api: client.models,
};

export const adapterSource: SourceKind = { ...modelSource, key: 'import-adapter' };

export const dataSource: SourceKind = {
  key: 'data-import',
  words: 'data.source',
  endings: ['.jsonl', '.ndjson', '.json', '.csv', '.tsv', '.tab', '.txt', '.text', '.md', '.markdown'],
  takesFolders: true,
  strict: false,
  api: client.datasets,
};

/** Whether a file's name ends as files of this kind do. */
export function hasEnding(kind: SourceKind, name: string): boolean {
  const lower = name.toLowerCase();
  return kind.endings.some((ending) => lower.endsWith(ending));
}
