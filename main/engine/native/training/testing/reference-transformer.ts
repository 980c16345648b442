/**
 * A llama in plain float64, forwards, backwards and AdamW, written from the papers alone: RMSNorm (Zhang & Sennrich 2019), rotary
 * embeddings (Su et al. 2021) of neighbouring pairs or of half-heads, grouped-query attention (Ainslie et al. 2023), SwiGLU
 * (Shazeer 2020), AdamW (Loshchilov & Hutter 2019). It shares no code with the trainer: loops over arrays, nothing else.
 */
export interface ReferenceShape {
  readonly layers: number;
  readonly embedding: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly feedForward: number;
  readonly vocabulary: number;
  readonly epsilon: number;
  readonly ropeBase: number;
  /** Pairs (2i, 2i+1) or, as Qwen has it, (i, i + half). */
  readonly neighbouringPairs: boolean;
}

/** Matrices row by row, as in a GGUF file: output × input. */
export type ReferenceWeights = Map<string, Float64Array>;

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

interface Cell {
  readonly value: Matrix;
  readonly gradient: Float64Array;
}

export interface ReferenceWindow {
  readonly tokens: readonly number[];
  readonly labels: readonly number[];
  readonly weights: readonly number[];
  /** Where the text of each row begins. */
  readonly starts: readonly number[];
}

/** Loss, and the gradient of every weight. */
export function referenceGradients(shape: ReferenceShape, weights: ReferenceWeights, window: ReferenceWindow): { loss: number; gradients: ReferenceWeights } {
  const count = window.tokens.length;
  const gradients: ReferenceWeights = new Map([...weights].map(([name, data]) => [name, new Float64Array(data.length)]));
  const undo: (() => void)[] = [];
  const cell = (rows: number, columns: number): Cell => ({ value: { rows, columns, data: new Float64Array(rows * columns) }, gradient: new Float64Array(rows * columns) });
  const at = (array: Float64Array, index: number): number => array[index] ?? Number.NaN;
  const bump = (array: Float64Array, index: number, by: number): void => {
    array[index] = at(array, index) + by;
  };
  const named = (from: ReferenceWeights, name: string): Float64Array => {
    const found = from.get(name);
    if (found === undefined) throw new Error(name);
    return found;
  };

  const linear = (name: string, input: Cell): Cell => {
    const weight = named(weights, `${name}.weight`);
    const back = named(gradients, `${name}.weight`);
    const bias = weights.get(`${name}.bias`);
    const inner = input.value.columns;
    const outer = weight.length / inner;
    const out = cell(count, outer);
    for (let r = 0; r < count; r += 1) {
      for (let o = 0; o < outer; o += 1) {
        let sum = bias === undefined ? 0 : at(bias, o);
        for (let i = 0; i < inner; i += 1) sum += at(weight, o * inner + i) * at(input.value.data, r * inner + i);
        out.value.data[r * outer + o] = sum;
      }
    }
    undo.push(() => {
      for (let r = 0; r < count; r += 1) {
        for (let o = 0; o < outer; o += 1) {
          const g = at(out.gradient, r * outer + o);
          if (bias !== undefined) bump(named(gradients, `${name}.bias`), o, g);
          for (let i = 0; i < inner; i += 1) {
            bump(back, o * inner + i, g * at(input.value.data, r * inner + i));
            bump(input.gradient, r * inner + i, g * at(weight, o * inner + i));
          }
        }
      }
    });
    return out;
  };

  /** Over pieces of the weight's length: whole rows, or each head of a row. */
  const norm = (name: string, input: Cell): Cell => {
    const weight = named(weights, `${name}.weight`);
    const back = named(gradients, `${name}.weight`);
    const n = weight.length;
    const out = cell(input.value.rows, input.value.columns);
    for (let start = 0; start < input.value.data.length; start += n) {
      let squares = 0;
      for (let i = 0; i < n; i += 1) squares += at(input.value.data, start + i) ** 2;
      const inverse = 1 / Math.sqrt(squares / n + shape.epsilon);
      for (let i = 0; i < n; i += 1) out.value.data[start + i] = at(input.value.data, start + i) * inverse * at(weight, i);
      undo.push(() => {
        let along = 0; // Σ g w x
        for (let i = 0; i < n; i += 1) along += at(out.gradient, start + i) * at(weight, i) * at(input.value.data, start + i);
        for (let i = 0; i < n; i += 1) {
          const g = at(out.gradient, start + i);
          const x = at(input.value.data, start + i);
          bump(back, i, g * x * inverse);
          bump(input.gradient, start + i, g * at(weight, i) * inverse - (x * along * inverse ** 3) / n);
        }
      });
    }
    return out;
  };

  const headLength = shape.embedding / shape.heads;
  const turn = (input: Cell): Cell => {
    const out = cell(input.value.rows, input.value.columns);
    const half = headLength / 2;
    for (let r = 0; r < count; r += 1) {
      for (let head = 0; head * headLength < input.value.columns; head += 1) {
        for (let pair = 0; pair < half; pair += 1) {
          const start = r * input.value.columns + head * headLength;
          const a = start + (shape.neighbouringPairs ? 2 * pair : pair);
          const b = shape.neighbouringPairs ? a + 1 : a + half;
          const angle = (r - (window.starts[r] ?? 0)) * shape.ropeBase ** ((-2 * pair) / headLength);
          const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
          out.value.data[a] = at(input.value.data, a) * cos - at(input.value.data, b) * sin;
          out.value.data[b] = at(input.value.data, a) * sin + at(input.value.data, b) * cos;
          undo.push(() => {
            bump(input.gradient, a, at(out.gradient, a) * cos + at(out.gradient, b) * sin);
            bump(input.gradient, b, at(out.gradient, b) * cos - at(out.gradient, a) * sin);
          });
        }
      }
    }
    return out;
  };

  const attend = (query: Cell, key: Cell, value: Cell): Cell => {
    const out = cell(count, shape.embedding);
    const keyColumns = key.value.columns;
    const scale = 1 / Math.sqrt(headLength);
    for (let head = 0; head < shape.heads; head += 1) {
      const q0 = head * headLength;
      const k0 = Math.floor(head / (shape.heads / shape.keyHeads)) * headLength;
      for (let r = 0; r < count; r += 1) {
        const from = window.starts[r] ?? 0;
        const scores = Array.from({ length: r + 1 - from }, (_, offset) => {
          const s = from + offset;
          let sum = 0;
          for (let i = 0; i < headLength; i += 1) sum += at(query.value.data, r * shape.embedding + q0 + i) * at(key.value.data, s * keyColumns + k0 + i);
          return sum * scale;
        });
        const most = Math.max(...scores);
        const exponentials = scores.map((score) => Math.exp(score - most));
        const total = exponentials.reduce((a, b) => a + b, 0);
        const shares = exponentials.map((e) => e / total);
        for (const [offset, share] of shares.entries()) for (let i = 0; i < headLength; i += 1) bump(out.value.data, r * shape.embedding + q0 + i, share * at(value.value.data, (from + offset) * keyColumns + k0 + i));
        undo.push(() => {
          const shareGradients = shares.map((share, offset) => {
            const s = from + offset;
            let sum = 0;
            for (let i = 0; i < headLength; i += 1) {
              const g = at(out.gradient, r * shape.embedding + q0 + i);
              sum += g * at(value.value.data, s * keyColumns + k0 + i);
              bump(value.gradient, s * keyColumns + k0 + i, g * share);
            }
            return sum;
          });
          const mean = shares.reduce((sum, share, offset) => sum + share * (shareGradients[offset] ?? 0), 0);
          for (const [offset, share] of shares.entries()) {
            const s = from + offset;
            const g = share * ((shareGradients[offset] ?? 0) - mean) * scale;
            for (let i = 0; i < headLength; i += 1) {
              bump(query.gradient, r * shape.embedding + q0 + i, g * at(key.value.data, s * keyColumns + k0 + i));
              bump(key.gradient, s * keyColumns + k0 + i, g * at(query.value.data, r * shape.embedding + q0 + i));
            }
          }
        });
      }
    }
    return out;
  };

  const join = (a: Cell, b: Cell, combine: (x: number, y: number) => { value: number; dx: number; dy: number }): Cell => {
    const out = cell(a.value.rows, a.value.columns);
    for (let i = 0; i < out.value.data.length; i += 1) {
      const { value, dx, dy } = combine(at(a.value.data, i), at(b.value.data, i));
      out.value.data[i] = value;
      undo.push(() => {
        bump(a.gradient, i, at(out.gradient, i) * dx);
        bump(b.gradient, i, at(out.gradient, i) * dy);
      });
    }
    return out;
  };
  const plus = (a: Cell, b: Cell): Cell => join(a, b, (x, y) => ({ value: x + y, dx: 1, dy: 1 }));
  const swiglu = (gate: Cell, up: Cell): Cell =>
    join(gate, up, (x, y) => {
      const sigmoid = 1 / (1 + Math.exp(-x));
      return { value: x * sigmoid * y, dx: y * sigmoid * (1 + x * (1 - sigmoid)), dy: x * sigmoid };
    });

  let stream = cell(count, shape.embedding);
  const start = stream;
  const table = named(weights, 'token_embd.weight');
  for (const [r, token] of window.tokens.entries()) for (let i = 0; i < shape.embedding; i += 1) start.value.data[r * shape.embedding + i] = at(table, token * shape.embedding + i);
  undo.push(() => {
    for (const [r, token] of window.tokens.entries()) for (let i = 0; i < shape.embedding; i += 1) bump(named(gradients, 'token_embd.weight'), token * shape.embedding + i, at(start.gradient, r * shape.embedding + i));
  });
  for (let layer = 0; layer < shape.layers; layer += 1) {
    const name = (part: string): string => `blk.${layer}.${part}`;
    const maybeNorm = (part: string, input: Cell): Cell => (weights.has(`${name(part)}.weight`) ? norm(name(part), input) : input);
    const normed = norm(name('attn_norm'), stream);
    const query = turn(maybeNorm('attn_q_norm', linear(name('attn_q'), normed)));
    const key = turn(maybeNorm('attn_k_norm', linear(name('attn_k'), normed)));
    const mixed = attend(query, key, linear(name('attn_v'), normed));
    stream = plus(stream, linear(name('attn_output'), mixed));
    const narrow = norm(name('ffn_norm'), stream);
    stream = plus(stream, linear(name('ffn_down'), swiglu(linear(name('ffn_gate'), narrow), linear(name('ffn_up'), narrow))));
  }
  const logits = linear(weights.has('output.weight') ? 'output' : 'token_embd', norm('output_norm', stream));

  const total = window.weights.reduce((a, b) => a + b, 0);
  let loss = 0;
  for (let r = 0; r < count; r += 1) {
    const row = logits.value.data.subarray(r * shape.vocabulary, (r + 1) * shape.vocabulary);
    const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const sum = row.reduce((a, b) => a + Math.exp(b - most), 0);
    const share = (window.weights[r] ?? 0) / total;
    const label = window.labels[r] ?? 0;
    loss += share * (Math.log(sum) + most - at(row, label));
    for (let v = 0; v < shape.vocabulary; v += 1) logits.gradient[r * shape.vocabulary + v] = share * (Math.exp(at(row, v) - most) / sum - (v === label ? 1 : 0));
  }
  for (const step of undo.toReversed()) step();
  return { loss, gradients };
}

export interface ReferenceOptimizer {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** Trains in place and returns the loss before each step; `isFixed` names what is not changed, `decays` what the decay applies to. */
export function referenceTraining(
  shape: ReferenceShape,
  weights: ReferenceWeights,
  plan: { windows: readonly ReferenceWindow[]; settings: ReferenceOptimizer; isFixed: (name: string) => boolean; decays: (name: string) => boolean },
): number[] {
  const moments = new Map([...weights].map(([name, data]) => [name, { m: new Float64Array(data.length), v: new Float64Array(data.length) }]));
  const { learningRate, beta1, beta2, epsilon, weightDecay } = plan.settings;
  return plan.windows.map((window, index) => {
    const { loss, gradients } = referenceGradients(shape, weights, window);
    for (const [name, data] of weights) {
      const moment = moments.get(name);
      const gradient = gradients.get(name);
      if (moment === undefined || gradient === undefined || plan.isFixed(name)) continue;
      for (let i = 0; i < data.length; i += 1) {
        const g = gradient[i] ?? 0;
        const m = (moment.m[i] = beta1 * (moment.m[i] ?? 0) + (1 - beta1) * g);
        const v = (moment.v[i] = beta2 * (moment.v[i] ?? 0) + (1 - beta2) * g * g);
        const corrected = m / (1 - beta1 ** (index + 1)) / (Math.sqrt(v / (1 - beta2 ** (index + 1))) + epsilon);
        data[i] = (data[i] ?? 0) * (1 - (plan.decays(name) ? learningRate * weightDecay : 0)) - learningRate * corrected;
      }
    }
    return loss;
  });
}
