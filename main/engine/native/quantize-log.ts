import { ggmlTypeNamed } from '../gguf/gguf-format.ts';

/** What becomes of one tensor. Types as the file format names them: "F32", "Q4_K". */
export interface QuantizedTensor {
  name: string;
  /** Fastest-moving first. */
  dimensions: number[];
  from: string;
  to: string;
  /** The type the mixture wanted, where the tensor's rows cannot be divided into its blocks. */
  fallbackFrom: string | null;
}

/** Tensor number `index` of `count` (from 1) has its turn; `count` includes tensors that are pruned and never come. */
export interface QuantizeStep {
  index: number;
  count: number;
  name: string;
}

const keptBytes = 256 * 1024;
/** `[   3/  21] blk.0.attn_k.weight     - [  256,   128,     1,     1], type =    f32, converting to q4_K .. size = …` */
const tensorLine = /^\[\s*(\d+)\/\s*(\d+)\] (.+?)\s+- \[([\d\s,]+)\], type =\s*([A-Za-z0-9_]+), ?(.*)$/;
/** `warning: NAME - ncols 172 not divisible by 256 (required for type q4_K) [(WARNING: …) ]-> falling back to q5_0` */
const fallbackLine = /^warning: (.+?)\s+- ncols\s+\d+ not divisible by\s+\d+ \(required for type\s+([A-Za-z0-9_]+)\).*-> falling back to\s+([A-Za-z0-9_]+)/;
const conversion = /(?:converting to ([A-Za-z0-9_]+) \.\.|-> +[\d.]+ MiB \(([A-Za-z0-9_]+)\))/;

/** Understands the log of llama_model_quantize (src/llama-quant.cpp, v0.4.0), line by line. */
export function createQuantizeLog(onStep: (step: QuantizeStep) => void = () => undefined) {
  const lines: string[] = [];
  let bytes = 0;
  const tensors: QuantizedTensor[] = [];
  const fallbacks = new Map<string, string>();
  const current = (): QuantizedTensor | undefined => tensors.at(-1);
  return {
    take(line: string): void {
      lines.push(line);
      bytes += line.length + 1;
      while (bytes > keptBytes && lines.length > 1) bytes -= (lines.shift() ?? '').length + 1;
      const fallback = fallbackLine.exec(line);
      if (fallback !== null) {
        fallbacks.set(fallback[1] ?? '', typeName(fallback[2] ?? ''));
        return;
      }
      const begun = tensorLine.exec(line);
      if (begun !== null) {
        const [, index, count, name = '', shape = '', from = ''] = begun;
        tensors.push({ name, dimensions: dimensionsOf(shape), from: typeName(from), to: typeName(from), fallbackFrom: fallbacks.get(name) ?? null });
        onStep({ index: Number(index), count: Number(count), name });
      }
      // Said in the line itself, or in one after it when a remark about the importance matrix came between.
      const converted = conversion.exec(line);
      const tensor = current();
      if (converted !== null && tensor !== undefined) tensor.to = typeName(converted[1] ?? converted[2] ?? '');
    },
    tensors: () => tensors,
    text: () => lines.join('\n'),
  };
}

/** "q4_K" as the library writes it, "Q4_K" as the format and the screens do. */
function typeName(name: string): string {
  return ggmlTypeNamed(name.toUpperCase())?.name ?? name;
}

/** Without the ones that fill up to four. */
function dimensionsOf(shape: string): number[] {
  const all = shape.split(',').map((text) => Number(text.trim()));
  while (all.length > 1 && all.at(-1) === 1) all.pop();
  return all;
}
