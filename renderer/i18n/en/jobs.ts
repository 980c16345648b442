import type { JobKind } from '../../../main/contract/jobs.contract.ts';

/** What a notification says when a job has ended: the work and what it was done to. */
interface EndedSentences {
  succeeded: string;
  failed: string;
}

/** Jobs: kinds, states, phases of an import. Shown in the top bar, in wizards and on the Jobs screen. */
export const jobs = {
  kinds: {
    'models.import': 'Import',
    'benchmarks.run': 'Benchmark',
    'benchmarks.tune': 'Auto-tuning',
    'quantization.quantize': 'Quantization',
    'quantization.matrix': 'Importance matrix',
    'quantization.layers': 'Layer importance',
    'quantization.prune': 'Pruning',
    'quantization.evaluate': 'Comparison',
  } satisfies Record<JobKind, string>,
  states: {
    queued: 'Waiting',
    running: 'Running',
    succeeded: 'Done',
    failed: 'Failed',
    cancelled: 'Cancelled',
    interrupted: 'Interrupted',
  },
  phases: {
    space: 'Check the room on the disk',
    structure: 'Check the structure of the file',
    architecture: 'Check architecture and vocabulary',
    'chat-template': 'Check the chat template',
    store: 'Store the file',
    hash: 'Compute the SHA-256',
    'trial-load': 'Load it on trial',
    load: 'Load the model',
    'warm-up': 'Warm up',
    prompt: 'Process prompts',
    generation: 'Generate',
    streams: 'Many streams at once',
    default: 'Measure the default',
    'gpu-layers': 'Try GPU layers',
    threads: 'Try threads',
    batch: 'Try batch sizes',
    'flash-attention': 'Try flash attention',
    'kv-type': 'Try KV cache formats',
    confirm: 'Confirm against the default',
    quantize: 'Quantize tensor by tensor',
    check: 'Check the new file',
    measure: 'Measure on the text',
    parent: 'Measure the original',
    version: 'Measure the new version',
    speed: 'Measure the speed of both',
    register: 'Enter it in the register',
  },
  phaseStates: { waiting: 'to come', running: 'running', done: 'done', failed: 'failed', stopped: 'stopped here' },
  units: { bytes: 'bytes', steps: 'steps', tokens: 'tokens', rows: 'rows' },
  timeLeft: '{{time}} left',
  speed: '{{rate}}',
  cancel: 'Cancel',
  cancelling: 'Cancelling…',
  survives: 'You may close this window: the work goes on and is listed under Jobs.',
  /** How a job of each kind ended. */
  ended: {
    'models.import': { succeeded: 'Imported “{{title}}”.', failed: 'The import of “{{title}}” failed.' },
    'benchmarks.run': { succeeded: 'The benchmark of “{{title}}” is done.', failed: 'The benchmark of “{{title}}” failed.' },
    'benchmarks.tune': { succeeded: 'Auto-tuning of “{{title}}” is done.', failed: 'Auto-tuning of “{{title}}” failed.' },
    'quantization.quantize': { succeeded: 'Quantization of “{{title}}” is done.', failed: 'Quantization of “{{title}}” failed.' },
    'quantization.matrix': { succeeded: 'The importance matrix of “{{title}}” is ready.', failed: 'The importance matrix of “{{title}}” could not be computed.' },
    'quantization.layers': { succeeded: 'The layers of “{{title}}” have been measured.', failed: 'The layers of “{{title}}” could not be measured.' },
    'quantization.prune': { succeeded: 'Pruning of “{{title}}” is done.', failed: 'Pruning of “{{title}}” failed.' },
    'quantization.evaluate': { succeeded: 'The comparison of “{{title}}” is done.', failed: 'The comparison of “{{title}}” failed.' },
  } satisfies Record<JobKind, EndedSentences>,
  /** For a kind without sentences of its own. */
  endedAny: { succeeded: '“{{title}}” is done.', failed: '“{{title}}” failed.' } satisfies EndedSentences,
};
