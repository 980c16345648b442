/** Front door of the quantization room: other areas import only from here. */
export { quantizationRouter } from './quantization.router.ts';
export { createQuantizationService } from './quantization.service.ts';
export type { QuantizationService } from './quantization.service.ts';
export { createQuantizationStore } from './quantization.store.ts';
export { madeResultSchema } from './quantize-task.ts';
export type { MadeResult } from './quantize-task.ts';
export { runQuantizer } from './run-quantizer.ts';
