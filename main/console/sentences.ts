import type { Language } from '../contract/accounts.contract.ts';
import type { ErrorValue } from '../contract/errors.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { errorSentence } from '../../renderer/i18n/error-sentence.ts';
import { systemLanguage } from './node-host-ports.ts';

/** Texts for hosts that speak to a terminal: the same catalogue the screens use. */
export function sentences(language: Language = systemLanguage()) {
  return catalogue[language].cli;
}

/** Says a problem on standard error: what happened, why, what to do. */
export function printProblem(problem: ErrorValue, language: Language = systemLanguage()): void {
  const { what, why, next } = errorSentence(problem, language);
  process.stderr.write(`${[what, why, next].filter((part) => part !== '').join('\n')}\n`);
}
