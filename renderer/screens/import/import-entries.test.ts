import { expect, it } from 'vitest';
import type { Inspection } from '../../../main/contract/models.contract.ts';
import { commandOf, noEntries, targetOf, withInspection } from './import-entries.ts';

const inspection = (part: Partial<Inspection>): Inspection =>
  ({ fileName: 'q.gguf', suggestedName: 'Qwen', candidates: [], ...part }) as Inspection;
const chosen = { ...noEntries, source: { kind: 'path' as const, path: "/usb/it's here/q.gguf" }, fileName: 'q.gguf' };

it('proposes the name of the file and keeps one the person typed', () => {
  expect(withInspection(chosen, inspection({})).name).toBe('Qwen');
  expect(withInspection({ ...chosen, name: 'Mine' }, inspection({})).name).toBe('Mine');
});

it('goes back to a new model when nothing is left to be a version of', () => {
  const before = { ...chosen, targetKind: 'new-version' as const, modelId: 'gone' };
  expect(withInspection(before, inspection({}))).toMatchObject({ targetKind: 'new-model', modelId: null });
  const candidates = [{ modelId: 'm1', name: 'Qwen', versionCount: 1 }];
  expect(withInspection(before, inspection({ candidates }))).toMatchObject({ targetKind: 'new-version', modelId: 'm1' });
});

it('takes a file for a version of the model that bears its name, unless the person has decided otherwise', () => {
  const candidates = [
    { modelId: 'm0', name: 'Qwen base', versionCount: 2 },
    { modelId: 'm1', name: 'Qwen', versionCount: 1 },
  ];
  const looked = withInspection(chosen, inspection({ candidates }));
  expect(withInspection(chosen, inspection({ candidates, suggestedName: 'Qwen (2)' }))).toMatchObject({ targetKind: 'new-version', modelId: 'm1' });
  expect(looked).toMatchObject({ targetKind: 'new-version', modelId: 'm1' });
  expect(withInspection({ ...looked, targetKind: 'new-model' }, inspection({ candidates })).targetKind).toBe('new-model');
  expect(withInspection(chosen, inspection({ candidates: [{ modelId: 'm2', name: 'Other', versionCount: 1 }] })).targetKind).toBe('new-model');
});

it('has a target only when the step is answered', () => {
  expect(targetOf({ ...chosen, name: '  ' })).toBeNull();
  expect(targetOf({ ...chosen, name: ' A ' })).toEqual({ kind: 'new-model', name: 'A' });
  expect(targetOf({ ...chosen, targetKind: 'new-version' })).toBeNull();
});

it('writes the command for a shell, and none where the command line has none', () => {
  const looked = withInspection(chosen, inspection({}));
  expect(commandOf(looked)).toBe(`modelward model import '/usb/it'\\''s here/q.gguf'`);
  expect(commandOf({ ...looked, name: 'A b' })).toBe(`modelward model import '/usb/it'\\''s here/q.gguf' --name 'A b'`);
  expect(commandOf({ ...looked, targetKind: 'new-version', modelId: 'm' })).toBeUndefined();
});
