import type { AdapterFacts } from '../contract/adapters.contract.ts';
import type { ErrorData } from '../contract/errors.ts';
import type { GgufHeader, GgufTensor } from '../engine/gguf/gguf-header.ts';
import { GgufRefusal } from '../engine/gguf/gguf-refusal.ts';
import { oneLine, textOf } from '../engine/gguf/metadata-values.ts';
import { ExpectedError } from '../kernel/errors.ts';

/**
 * What a LoRA file in GGUF must be, after llama_adapter_lora_init_impl (src/llama-adapter.cpp) and the places that compute with it
 * (build_lora_mm, build_lora_mm_id and build_inp_embd in src/llama-graph.cpp) of llama.cpp v0.4.0. Stricter where llama.cpp would end the
 * process by an assertion, or take a file and leave part of it out without a word.
 */

type Misfit = ErrorData<'ADAPTER_REFUSED'>;

/** The two matrices of a changed tensor: A is [in, rank] and B is [rank, out], fastest-moving dimension first; a third one counts experts. */
export interface LoraPair {
  target: string;
  a: GgufTensor;
  b: GgufTensor;
  rank: number;
}

export interface AdapterFile {
  facts: AdapterFacts;
  pairs: LoraPair[];
}

/** A model's tensors by name, and its architecture. */
export interface BaseTensors {
  architecture: string;
  tensors: ReadonlyMap<string, GgufTensor>;
}

const TOKEN_EMBEDDING = 'token_embd.weight';
const SUFFIX_A = '.lora_a';
const SUFFIX_B = '.lora_b';
/** Activated LoRA: to be in effect only behind certain tokens, which the engine does not watch for. */
const ACTIVATED_KEY = 'adapter.alora.invocation_tokens';
/** Integers and double precision: ggml multiplies with none of them. */
const NOT_MULTIPLIED = new Set(['I8', 'I16', 'I32', 'I64', 'F64', 'Q8_1', 'Q8_K']);

/** Reads the checked header as an adapter. Raises ADAPTER_REFUSED, and GgufRefusal for missing or mistyped keys. */
export function adapterFileOf(header: GgufHeader): AdapterFile {
  const { metadata } = header;
  const type = textOf(metadata, 'general.type');
  if (type !== 'adapter') refuse('not-an-adapter', `general.type = ${shown(type)}`);
  const architecture = textOf(metadata, 'general.architecture');
  if (architecture === null) throw new GgufRefusal('missing-key', 0, { key: 'general.architecture' });
  const kind = textOf(metadata, 'adapter.type');
  if (kind !== 'lora') refuse('not-lora', `adapter.type = ${shown(kind)}`);
  if (metadata.has(ACTIVATED_KEY)) refuse('not-lora', ACTIVATED_KEY);
  const alpha = alphaOf(header);
  const { pairs, ignored } = pairsOf(header);
  const ranks = pairs.map(({ rank }) => rank);
  return {
    pairs,
    facts: {
      architecture: oneLine(architecture, 80),
      name: nameOf(header),
      alpha,
      rank: { lowest: Math.min(...ranks), highest: Math.max(...ranks) },
      targets: pairs.map(({ target }) => target),
      ignoredTensors: ignored,
      sizeBytes: header.sizeBytes,
    },
  };
}

/** Why the adapter does not fit these tensors; null when it does. */
export function misfitOf({ facts, pairs }: AdapterFile, base: BaseTensors): Misfit | null {
  if (facts.architecture !== base.architecture) return { reason: 'architecture', detail: `${facts.architecture} ≠ ${base.architecture}` };
  for (const { target, a, b } of pairs) {
    const tensor = base.tensors.get(target);
    if (tensor === undefined) return { reason: 'unknown-tensor', detail: target };
    const [columns = 1, rows = 1, experts = 1] = tensor.dimensions;
    // A vector has no product that the change could be added to: llama.cpp would take the pair and never use it.
    const embedding = target === TOKEN_EMBEDDING;
    const fits = embedding
      ? b.dimensions[1] === columns && a.dimensions[1] === rows
      : a.dimensions[0] === columns && b.dimensions[1] === rows && (a.dimensions[2] ?? 1) === experts && tensor.dimensions.length > 1;
    if (!fits) return { reason: 'shape', detail: `${target} ${shape(tensor)}: A ${shape(a)}, B ${shape(b)}` };
    // Where the output is the embedding itself, llama.cpp would multiply with the flipped matrices and end by an assertion.
    if (embedding && !base.tensors.has('output.weight')) return { reason: 'shape', detail: `${target} = output.weight` };
  }
  return null;
}

/** Name for a list: the file's own where it says one. */
function nameOf({ metadata }: GgufHeader): string | null {
  const name = textOf(metadata, 'general.name');
  return name === null ? null : oneLine(name, 120);
}

function alphaOf({ metadata }: GgufHeader): number {
  const key = 'adapter.lora.alpha';
  const entry = metadata.get(key);
  if (entry === undefined) throw new GgufRefusal('missing-key', 0, { key });
  if (entry.type !== 'float32' || typeof entry.value !== 'number') throw new GgufRefusal('wrong-type', entry.byteOffset, { key, type: entry.type, expected: 'float32' });
  if (!Number.isFinite(entry.value)) throw new GgufRefusal('hyperparameter-out-of-range', entry.byteOffset, { key, value: String(entry.value) });
  return entry.value;
}

function pairsOf({ tensors }: GgufHeader): { pairs: LoraPair[]; ignored: number } {
  const found = new Map<string, { a?: GgufTensor; b?: GgufTensor }>();
  let ignored = 0;
  for (const tensor of tensors) {
    const suffix = [SUFFIX_A, SUFFIX_B].find((known) => tensor.name.endsWith(known));
    if (suffix === undefined) {
      if (!tensor.name.endsWith('_norm.weight')) refuse('not-lora', tensor.name);
      ignored += 1; // whole norm vectors: llama.cpp leaves them out
      continue;
    }
    const target = tensor.name.slice(0, -suffix.length);
    if (NOT_MULTIPLIED.has(tensor.type.name)) refuse('not-lora', `${tensor.name}: ${tensor.type.name}`);
    found.set(target, { ...found.get(target), [suffix === SUFFIX_A ? 'a' : 'b']: tensor });
  }
  if (found.size === 0) throw new GgufRefusal('no-tensors', 0, {});
  return { pairs: [...found].map(([target, { a, b }]) => pairOf(target, a, b)), ignored };
}

function pairOf(target: string, a: GgufTensor | undefined, b: GgufTensor | undefined): LoraPair {
  if (a === undefined) refuse('incomplete', `${target}${SUFFIX_A}`);
  if (b === undefined) refuse('incomplete', `${target}${SUFFIX_B}`);
  const inner = target === TOKEN_EMBEDDING ? a.dimensions[0] : (a.dimensions[1] ?? 1);
  const rank = b.dimensions[0] ?? 1;
  const sameExperts = (a.dimensions[2] ?? 1) === (b.dimensions[2] ?? 1) && (a.dimensions[3] ?? 1) === 1 && (b.dimensions[3] ?? 1) === 1;
  if (inner !== rank || !sameExperts) refuse('shape', `${target}: A ${shape(a)}, B ${shape(b)}`);
  return { target, a, b, rank };
}

function shape({ dimensions }: GgufTensor): string {
  return `[${dimensions.join(' × ')}]`;
}

function shown(value: string | null): string {
  return value === null ? '–' : oneLine(value, 40);
}

function refuse(reason: Misfit['reason'], detail: string): never {
  throw new ExpectedError('ADAPTER_REFUSED', { reason, detail: oneLine(detail, 300) });
}
