import type { HardwareService } from './engine/hardware/hardware.service.ts';
import { trialLoad } from './engine/supervisor/trial-load.ts';
import type { HostPorts } from './host-ports.ts';
import { ExpectedError } from './kernel/errors.ts';
import type { TrialLoad } from './models/index.ts';

const baseTimeoutMs = 60_000;
/** A slow disk still reads this much a second; loading may take as long as that needs. */
const slowestReadBytesPerMs = 50_000;

/**
 * The trial load of an import. A model that this machine could not even hold is refused before it is tried: it would
 * only drive the machine into swapping. Raises DOES_NOT_FIT, TRIAL_LOAD_FAILED, CANCELLED.
 */
export function createTrialLoad(ports: Pick<HostPorts, 'startProcess' | 'resolveWorker'> & { hardware: HardwareService }): TrialLoad {
  return async ({ path, facts, sizeBytes }, signal) => {
    const machine = await ports.hardware.look();
    const vramBytes = machine.backends
      .filter((backend) => backend.available && !backend.software)
      .flatMap((backend) => backend.devices)
      .reduce((largest, device) => Math.max(largest, device.totalBytes), 0);
    const totalBytes = machine.ramTotalBytes + vramBytes;
    if (facts.weightsBytes > totalBytes * 0.95) {
      throw new ExpectedError('DOES_NOT_FIT', {
        where: 'ram',
        neededBytes: facts.weightsBytes,
        availableBytes: machine.ramAvailableBytes,
        totalBytes: machine.ramTotalBytes,
        wouldFit: null,
      });
    }
    const { loadMs, peakRssBytes } = await trialLoad({
      startProcess: ports.startProcess,
      workerPath: ports.resolveWorker('inference'),
      modelPath: path,
      timeoutMs: baseTimeoutMs + Math.round(sizeBytes / slowestReadBytesPerMs),
      signal,
    });
    return { loadMs, peakRssBytes };
  };
}
