import { expect, it } from 'vitest';
import { AUDIT_TYPES } from '../../main/contract/audit-types.ts';
import { errorCatalogue } from '../../main/contract/errors.ts';
import { JOB_KINDS, JOB_STATES } from '../../main/contract/jobs.contract.ts';
import { DEPLOYMENT_STATES } from '../../main/contract/deployments.contract.ts';
import { JOB_PHASES } from '../../main/contract/job-phases.ts';
import { ROLES } from '../../main/contract/permissions.ts';
import { backendMissingReasonSchema, backendSchema, doctorCheckSchema } from '../../main/contract/system.contract.ts';
import { catalogue } from './catalogue.ts';
import { placeholdersOf } from './fill.ts';

const languages = ['en', 'zh-CN'] as const;

/** Every text under its path, `errors.codes.BUG.what` → text. */
function flatten(texts: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts) as [string, unknown][]) {
    const here = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'string') found.set(here, value);
    else if (typeof value === 'object' && value !== null) for (const [inner, text] of flatten(value, here)) found.set(inner, text);
  }
  return found;
}

const english = flatten(catalogue.en);
const chinese = flatten(catalogue['zh-CN']);

it('has the same keys in both languages, apart from English singulars', () => {
  const plural = [...english.keys()].filter((key) => !key.endsWith('_one')).sort();
  expect([...chinese.keys()].sort()).toEqual(plural);
  for (const key of english.keys()) if (key.endsWith('_one')) expect(english.has(key.replace(/_one$/, '_other')), key).toBe(true);
});

it('has the same placeholders in both languages', () => {
  for (const [key, text] of chinese) expect(placeholdersOf(text), key).toEqual(placeholdersOf(english.get(key) ?? ''));
});

it('leaves out of a singular nothing but its number', () => {
  for (const [key, text] of english) {
    if (!key.endsWith('_one')) continue;
    const all = placeholdersOf(english.get(key.replace(/_one$/, '_other')) ?? '');
    expect(all.filter((name) => name !== 'count'), key).toEqual(placeholdersOf(text).filter((name) => name !== 'count'));
  }
});

it('has no empty text, no exclamation mark and no text of the other language', () => {
  const foreign = new Set(['shell.actions.switchLanguage', 'shell.search.hint']);
  for (const [key, text] of [...english, ...chinese]) {
    expect(text.trim(), key).not.toBe('');
    expect(text, key).not.toMatch(/[!！]/);
  }
  for (const [key, text] of english) if (!foreign.has(key)) expect(text, key).not.toMatch(/\p{Script=Han}/u);
  // The interface font sets the curly apostrophe a full character wide.
  for (const [key, text] of english) expect(text, key).not.toContain('’');
});

it('has half-width punctuation in no Chinese sentence', () => {
  for (const [key, text] of chinese) {
    if (key === 'shell.actions.switchLanguage') continue;
    expect(text, key).not.toMatch(/\p{Script=Han}[,;:?!]|[,;?!]\p{Script=Han}/u);
  }
});

it.each(languages)('has a sentence for everything the contract can say (%s)', (language) => {
  const texts = catalogue[language];
  const complete = (table: object, members: readonly string[]): void => expect(Object.keys(table).sort()).toEqual([...members].sort());
  complete(texts.errors.codes, [...Object.keys(errorCatalogue), 'CONNECTION_LOST']);
  complete(texts.audit.types, AUDIT_TYPES);
  complete(texts.jobs.kinds, JOB_KINDS);
  complete(texts.jobs.states, JOB_STATES);
  complete(texts.jobs.phases, [...new Set(Object.values(JOB_PHASES).flat())]);
  complete(texts.engine.states, DEPLOYMENT_STATES);
  complete(texts.engine.backends, backendSchema.options);
  complete(texts.engine.missing, backendMissingReasonSchema.options);
  complete(texts.engine.failed, errorCatalogue.ENGINE_FAILED.shape.reason.options);
  complete(texts.errors.things, errorCatalogue.NOT_FOUND.shape.what.options);
  complete(texts.errors.signedOut, errorCatalogue.NOT_SIGNED_IN.shape.reason.options);
  complete(texts.errors.template, errorCatalogue.CHAT_TEMPLATE_REFUSED.shape.reason.options);
  complete(texts.errors.places, errorCatalogue.DOES_NOT_FIT.shape.where.options);
  complete(texts.doctor.checks, doctorCheckSchema.shape.check.options);
  complete(texts.shell.roles, ROLES);
});

it.each(languages)('has a sentence for every rule by which a GGUF file is refused (%s)', (language) => {
  // The rules belong to the engine, which the renderer may not import: its source is read as text.
  const sources: Record<string, string> = import.meta.glob('../../main/engine/gguf/gguf-refusal.ts', { query: '?raw', import: 'default', eager: true });
  const source = Object.values(sources)[0] ?? '';
  const list = /GGUF_RULES = \[([\s\S]*?)\] as const/.exec(source)?.[1] ?? '';
  const rules = Array.from(list.matchAll(/^\s*'([a-z-]+)',$/gm), (match) => match[1] ?? '');
  expect(rules.length).toBeGreaterThan(40);
  expect(Object.keys(catalogue[language].gguf.rules).sort()).toEqual(rules.sort());
});
