import type { Language } from '../../main/contract/accounts.contract.ts';
import type { DoctorCheck } from '../../main/contract/system.contract.ts';
import { catalogue } from './catalogue.ts';
import { shownValues } from './error-sentence.ts';
import { fill, tidy } from './fill.ts';
import { createFormatter } from './format.ts';

/** Name and sentence of one check of `doctor`, in a language. Used by screens and command line. */
export function checkSentence(check: DoctorCheck, language: Language): { name: string; sentence: string } {
  const texts = catalogue[language];
  const entry = texts.doctor.checks[check.check];
  const backends: Record<string, string> = texts.engine.backends;
  const missing: Record<string, { why: string; remedy: string }> = texts.engine.missing;
  const reason = missing[String(check.data['reason'])];
  const format = createFormatter(language);
  const shown = shownValues(check.data, format);
  const runtimes: Record<string, string> = texts.doctor.runtime;
  const clocks: Record<string, string> = texts.doctor.clockBehind;
  const { version } = check.data;
  const dateTimeOf = (name: string): string => format.dateTime(typeof check.data[name] === 'number' ? check.data[name] : null);
  const values = {
    ...shown,
    electron: version === undefined || version === '' ? '' : `Electron ${String(version)}${language === 'en' ? '.' : '。'}`,
    runtimeSentence: fill(runtimes[String(check.data['reason'])] ?? '', shown),
    clockSentence: fill(clocks[String(check.data['reason'])] ?? '', { now: dateTimeOf('nowMs'), latest: dateTimeOf('latestMs') }),
    backendName: backends[String(check.data['backend'])] ?? String(check.data['backend'] ?? ''),
    reasonSentence: reason === undefined ? '' : `${reason.why}${language === 'en' ? ' ' : ''}${reason.remedy}`,
  };
  const text = check.data['software'] === true ? texts.doctor.software : entry[sentenceState(check)];
  return { name: entry.name, sentence: tidy(fill(text, values)) };
}

/** A backend of another platform is fine to miss, and said to be missing. Before set-up and before sign-in a database that is not open, or a key file not yet made, is as it should be. */
function sentenceState({ check, state, data }: DoctorCheck): DoctorCheck['state'] {
  if (state !== 'fine') return state;
  if (check === 'database' && data['state'] !== undefined && data['state'] !== 'ready') return 'look';
  if (check === 'key-file' && data['present'] === false) return 'look';
  if (check === 'backend' && data['available'] === false) return 'look';
  return state;
}
