import type { Language } from '../../main/contract/accounts.contract.ts';
import type { ErrorCode } from '../../main/contract/errors.ts';
import { catalogue } from './catalogue.ts';
import type { Catalogue } from './catalogue.ts';
import { fill, tidy } from './fill.ts';
import { visibleText } from './visible-text.ts';
import { createFormatter } from './format.ts';
import { keyValues } from './key-error-values.ts';
import { trainingValues } from './training-error-values.ts';
import type { Formatter } from './format.ts';

/** The three things a failure says (UX: what happened, why with the number, what to do now). */
export interface ErrorSentence {
  what: string;
  why: string;
  next: string;
}

type Data = Record<string, unknown>;
type Known = ErrorCode | 'CONNECTION_LOST';

/** What happened, why and what to do, for an error of the catalogue, in a language. Used by screens and command line. */
export function errorSentence(error: { code: Known; data: Data }, language: Language): ErrorSentence {
  const texts = catalogue[language];
  const format = createFormatter(language);
  const values = { ...shownValues(error.data, format), ...derivedValues(error, texts, format) };
  const entry = texts.errors.codes[error.code];
  return { what: tidy(fill(entry.what, values)), why: tidy(fill(entry.why, values)), next: tidy(fill(entry.next, values)) };
}

/** Values as they are read: …Bytes as sizes, …Ms as a time of day, lists joined, other numbers grouped. */
export function shownValues(data: Data, format: Formatter): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(data)) {
    if (typeof value === 'number') shown[name] = shownNumber(name, value, format);
    else if (typeof value === 'string') shown[name] = visibleText(value);
    else if (typeof value === 'boolean') shown[name] = String(value);
  }
  return shown;
}

function shownNumber(name: string, value: number, format: Formatter): string {
  if (name.endsWith('Bytes')) return format.bytes(value);
  if (name === 'untilMs' || name.endsWith('AtMs')) return format.time(value);
  if (name.endsWith('Ms')) return format.duration(value);
  if (name === 'port' || name.endsWith('Id')) return String(value);
  return format.number(value, 2);
}

/** Parts of a sentence that depend on more than one value of the data. */
function derivedValues(error: { code: Known; data: Data }, texts: Catalogue, format: Formatter): Record<string, string> {
  const { data } = error;
  const shown = shownValues(data, format);
  switch (error.code) {
    case 'WRONG_INPUT':
      return { issueList: issuesOf(data).join(' ') };
    case 'BUG':
      return { bugPlace: fill(data['referenceId'] === '' || data['referenceId'] === undefined ? texts.errors.bugHere : texts.errors.bugLogged, shown) };
    case 'NOT_SIGNED_IN':
      return { signedOutReason: lookUp(texts.errors.signedOut, data['reason']) };
    case 'NOT_FOUND':
      return { thing: lookUp(texts.errors.things, data['what']) };
    case 'WRONG_PASSWORD':
      return { attemptsSentence: attemptsSentence(Number(data['attemptsLeft']), texts, format) };
    case 'DATA_FOLDER_IN_USE': {
      const known = typeof data['processId'] === 'number';
      return { processSentence: known ? fill(texts.errors.process, shown) : texts.errors.processUnknown };
    }
    case 'DISK_FULL': {
      const known = typeof data['neededBytes'] === 'number' && typeof data['freeBytes'] === 'number';
      return { roomSentence: fill(known ? texts.errors.room : texts.errors.roomUnknown, shown) };
    }
    case 'GGUF_REFUSED':
      return refusalSentences(data, texts, format);
    case 'CHAT_TEMPLATE_REFUSED':
      return { templateReason: lookUp(texts.errors.template, data['reason']) };
    case 'MODEL_IN_USE':
      return { deploymentList: Array.isArray(data['deployments']) ? data['deployments'].join(texts.common.listSeparator) : '' };
    case 'MODEL_NOT_CHATTABLE':
      return { purposeName: lookUp(texts.errors.purposes, data['purpose']) };
    case 'OTHER_PURPOSE':
      return { purposeName: lookUp(texts.errors.purposes, data['purpose']), wantedName: lookUp(texts.errors.purposes, data['wanted']) };
    case 'BACKEND_UNAVAILABLE': {
      const missing = texts.engine.missing[data['reason'] as keyof Catalogue['engine']['missing']] ?? texts.engine.missing['load-failed'];
      return { backendName: lookUp(texts.engine.backends, data['backend']), reasonSentence: missing.why, remedy: missing.remedy };
    }
    case 'DOES_NOT_FIT':
      return {
        placeName: lookUp(texts.errors.places, data['where']),
        wouldFitSentence: wouldFitSentence(data['wouldFit'], texts, format),
      };
    case 'OVERLAP_DOES_NOT_FIT': {
      const { stopFirst, notEvenAlone } = texts.deploymentVersions.errors;
      return { placeName: lookUp(texts.errors.places, data['where']), overlapRemedy: data['fitsAfterStopping'] === true ? stopFirst : notEvenAlone };
    }
    case 'MEMORY_HELD':
      return { placeName: lookUp(texts.errors.places, data['where']), holderList: holdersOf(data, texts, format) };
    case 'DEPLOYMENT_NOT_READY':
      return { stateName: lookUp(texts.engine.states, data['state']) };
    case 'JOB_NOT_CANCELLABLE':
    case 'JOB_NOT_RETRYABLE':
      return { jobStateName: lookUp(texts.jobs.states, data['state']) };
    case 'ENGINE_FAILED': {
      const failed = texts.engine.failed[data['reason'] as keyof Catalogue['engine']['failed']] ?? texts.engine.failed.crashed;
      return { engineWhat: fill(failed.what, shown), engineWhy: fill(failed.why, shown), engineNext: fill(failed.next, shown) };
    }
    case 'GENERATION_REFUSED':
      return { refusedGeneration: lookUp(texts.errors.refusedGenerations, data['reason']) };
    case 'NATIVE_LIBRARY_UNUSABLE':
      return { nativeReason: lookUp(texts.errors.native, data['reason']) };
    case 'MEASURING_FAILED':
      return { measured: lookUp(texts.errors.measured, data['what']) };
    case 'BASELINE_NOT_READABLE':
      return { baselineReason: lookUp(texts.errors.baseline, data['reason']) };
    case 'TEXT_NOT_READABLE':
      return { textReason: lookUp(texts.errors.text, data['reason']) };
    case 'QUANTIZATION_REFUSED':
      return { quantizationReason: lookUp(texts.errors.quantization, data['reason']) };
    case 'REQUANTIZE_NOT_ACCEPTED': {
      const known = typeof data['parentVersionNumber'] === 'number';
      return { requantizeRemedy: known ? fill(texts.errors.requantizeParent, shown) : texts.errors.requantizeNoParent };
    }
    case 'PRUNE_REFUSED':
      return { pruneReason: lookUp(texts.errors.prune, data['reason']) };
    case 'APPROVAL_BLOCKED':
      return {
        approvalReason: fill(lookUp(texts.errors.approval, data['reason']), shown),
        approvalRemedy: data['reason'] === 'not-evaluated' || data['reason'] === 'measured-too-briefly' ? texts.errors.approvalMeasure : texts.errors.approvalOther,
      };
    case 'DATASET_REFUSED':
    case 'DATASET_IN_USE':
    case 'TRAINING_REFUSED':
    case 'TRAINING_DOES_NOT_FIT':
    case 'TRAINING_DIVERGED':
    case 'TRAINING_FAILED':
    case 'TRAINING_NOT_POSSIBLE_NOW':
    case 'ADAPTER_REFUSED':
    case 'ADAPTER_IN_USE':
      return trainingValues({ code: error.code, data }, texts, shown);
    case 'KEY_REVOKED':
    case 'KEY_EXPIRED':
    case 'KEY_EXPIRY_PAST':
    case 'KEY_AMBIGUOUS':
    case 'KEY_SCOPE':
    case 'KEY_QUOTA':
      return keyValues(data, texts, format);
    default:
      return {};
  }
}

function lookUp(table: Record<string, string>, key: unknown): string {
  return table[String(key)] ?? String(key);
}

function holdersOf(data: Data, texts: Catalogue, format: Formatter): string {
  const holders = Array.isArray(data['holders']) ? (data['holders'] as { name: string; bytes: number }[]) : [];
  return holders.map(({ name, bytes }) => fill(texts.deploymentVersions.errors.holder, { name: visibleText(name), size: format.bytes(bytes) })).join(texts.common.listSeparator);
}

function issuesOf(data: Data): string[] {
  const issues = Array.isArray(data['issues']) ? (data['issues'] as { path?: string; message?: string }[]) : [];
  return issues.map((issue) => (issue.path ? `${issue.path}: ${issue.message ?? ''}.` : `${issue.message ?? ''}.`));
}

function attemptsSentence(left: number, texts: Catalogue, format: Formatter): string {
  if (!Number.isFinite(left) || left <= 0) return texts.errors.attemptsUnknown;
  const errors = texts.errors as Record<string, unknown>;
  const singular = errors['attempts_one'];
  const text = left === 1 && typeof singular === 'string' ? singular : texts.errors.attempts_other;
  return fill(text, { count: format.number(left) });
}

function wouldFitSentence(wouldFit: unknown, texts: Catalogue, format: Formatter): string {
  if (typeof wouldFit !== 'object' || wouldFit === null) return texts.errors.wouldFitNothing;
  const { backend, gpuLayers, contextSize } = wouldFit as { backend: string; gpuLayers: number; contextSize: number };
  return fill(gpuLayers === 0 ? texts.errors.wouldFitCpu : texts.errors.wouldFit, {
    backendName: lookUp(texts.engine.backends, backend),
    gpuLayers: format.number(gpuLayers),
    contextSize: format.number(contextSize),
  });
}

type NextStep = keyof Catalogue['gguf']['next'];
const nextOfRule: Record<keyof Catalogue['gguf']['rules'], NextStep> = {
  'not-a-regular-file': 'format',
  'not-gguf': 'format',
  'big-endian': 'format',
  version: 'format',
  truncated: 'damaged',
  'too-many-keys': 'limits',
  'too-many-tensors': 'limits',
  'metadata-too-large': 'limits',
  'key-empty': 'damaged',
  'key-too-long': 'limits',
  'key-characters': 'damaged',
  'duplicate-key': 'damaged',
  'unknown-value-type': 'damaged',
  'nested-array': 'limits',
  'array-too-long': 'limits',
  'string-too-long': 'limits',
  'string-has-nul': 'damaged',
  'bool-value': 'damaged',
  'template-too-long': 'limits',
  'duplicate-token': 'damaged',
  alignment: 'damaged',
  'tensor-name': 'damaged',
  'duplicate-tensor': 'damaged',
  'dimension-count': 'damaged',
  'dimension-range': 'damaged',
  'element-count': 'limits',
  'unknown-tensor-type': 'engine',
  'block-size': 'damaged',
  'offset-unaligned': 'damaged',
  overlap: 'damaged',
  gap: 'damaged',
  'tensor-out-of-file': 'damaged',
  'missing-key': 'damaged',
  'wrong-type': 'damaged',
  'architecture-unknown': 'engine',
  'hyperparameter-out-of-range': 'limits',
  'array-length-mismatch': 'damaged',
  'tokenizer-unknown': 'engine',
  'vocabulary-mismatch': 'damaged',
  'no-tensors': 'format',
  'tensor-shape': 'damaged',
  'layer-out-of-range': 'damaged',
  'no-ranking-head': 'damaged',
  'split-name': 'split',
  'split-incomplete': 'split',
  'split-mismatch': 'split',
};

function refusalSentences(data: Data, texts: Catalogue, format: Formatter): Record<string, string> {
  const rule = String(data['rule']);
  const detail = typeof data['detail'] === 'object' && data['detail'] !== null ? (data['detail'] as Data) : {};
  if (!Object.hasOwn(nextOfRule, rule)) {
    return { ruleSentence: fill(texts.gguf.unknownRule, { rule }), ruleNext: texts.gguf.next.damaged };
  }
  const known = rule as keyof typeof nextOfRule;
  return {
    ruleSentence: fill(texts.gguf.rules[known], shownValues(detail, format)),
    ruleNext: texts.gguf.next[nextOfRule[known]],
  };
}
