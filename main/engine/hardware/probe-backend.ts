import type { Backend } from '../../contract/system.contract.ts';
import type { ProcessStarter } from '../../kernel/processes/process-starter.ts';
import { PROBE_BACKEND_VARIABLE, probeAnswerSchema } from './probe-protocol.ts';
import type { ProbeAnswer } from './probe-protocol.ts';

export interface ProbeOptions {
  startProcess: ProcessStarter;
  /** Absolute path of the probe worker's entry. */
  workerPath: string;
  timeoutMs: number;
  /** Holds the backend to certain devices. */
  environment?: Record<string, string>;
}

/**
 * One backend tried in one disposable process. Never rejects: a process that crashes, says nothing, says nonsense or
 * does not end in time is the answer "load-failed", with what it wrote to stderr.
 */
export function probeBackend(backend: Backend, options: ProbeOptions): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const child = options.startProcess({
      entryPath: options.workerPath,
      serviceName: `hardware probe ${backend}`,
      environment: { ...options.environment, [PROBE_BACKEND_VARIABLE]: backend },
    });
    let answer: ProbeAnswer | null = null;
    let timedOut = false;
    const failed = (detail: string): ProbeAnswer => ({ kind: 'missing', backend, reason: 'load-failed', detail });
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill();
    }, options.timeoutMs);
    child.onMessage((message) => {
      const parsed = probeAnswerSchema.safeParse(message);
      if (parsed.success && parsed.data.backend === backend) answer = parsed.data;
      else answer ??= failed('the probe process sent something that is no answer');
    });
    // The promise waits for the exit, so that no process outlives the look.
    child.onExit((exit) => {
      clearTimeout(timer);
      if (answer !== null) resolve(answer);
      else if (timedOut) resolve(failed(`no answer within ${options.timeoutMs} ms`));
      else resolve(failed([`the probe process ended (code ${exit.code}, signal ${exit.signal})`, child.stderrTail().trim()].join('\n').trim()));
    });
  });
}
