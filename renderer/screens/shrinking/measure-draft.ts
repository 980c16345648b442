import type { MeasureText } from '../../../main/contract/quantization.contract.ts';

/** Which text to measure with and how much of it, as far as entered. */
export interface MeasureDraft {
  kind: MeasureText['kind'];
  path: string;
  inline: string;
  chunks: number;
  contextSize: number;
}

/** As other tools measure by default: windows of 512 tokens. */
export const USUAL_CONTEXT = 512;
/** Enough for figures that stay the same from run to run, in a time one can wait for. */
const USUAL_CHUNKS = { calibration: 100, 'held-out': 16 } as const;

export type BundledName = keyof typeof USUAL_CHUNKS;

/** The bundled text, as much of it as is usual for the purpose. */
export function measureDraftFor(bundled: BundledName): MeasureDraft {
  return { kind: 'bundled', path: '', inline: '', chunks: USUAL_CHUNKS[bundled], contextSize: USUAL_CONTEXT };
}

export interface MeasureInput {
  text: MeasureText;
  chunks: number;
  contextSize: number;
}

/** What the main side is asked to measure with; null while the text is missing. */
export function measureInput(draft: MeasureDraft, bundled: BundledName, inlineName: string): MeasureInput | null {
  const { chunks, contextSize } = draft;
  switch (draft.kind) {
    case 'bundled':
      return { text: { kind: 'bundled', name: bundled }, chunks, contextSize };
    case 'path': {
      const path = draft.path.trim().replace(/^"(.*)"$/, '$1');
      return path === '' ? null : { text: { kind: 'path', path }, chunks, contextSize };
    }
    case 'inline':
      return draft.inline.trim() === '' ? null : { text: { kind: 'inline', name: inlineName, text: draft.inline }, chunks, contextSize };
  }
}
