import type { HardwareService } from './engine/hardware/hardware.service.ts';
import { readMachine } from './engine/hardware/machine.ts';
import { engineTaskOf } from './engine/supervisor/engine-task.ts';
import { trialLoad } from './engine/supervisor/trial-load.ts';
import type { HostPorts } from './host-ports.ts';
import { ExpectedError } from './kernel/errors.ts';
import { requireServed } from './models/index.ts';
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
    const { ramTotalBytes, ramAvailableBytes } = await readMachine();
    // Most models fit into memory alone: then there is no need to look at every driver of the machine first.
    const holdsBytes = (totalBytes: number): boolean => facts.weightsBytes <= totalBytes * 0.95;
    if (!holdsBytes(ramTotalBytes)) {
      const totalBytes = ramTotalBytes + (await largestDeviceBytes(ports.hardware));
      if (!holdsBytes(totalBytes)) {
        throw new ExpectedError('DOES_NOT_FIT', { where: 'ram', neededBytes: facts.weightsBytes, availableBytes: ramAvailableBytes, totalBytes: ramTotalBytes, wouldFit: null });
      }
    }
    const { loadMs, peakRssBytes } = await trialLoad({
      startProcess: ports.startProcess,
      workerPath: ports.resolveWorker('inference'),
      modelPath: path,
      task: engineTaskOf(requireServed(facts)),
      timeoutMs: baseTimeoutMs + Math.round(sizeBytes / slowestReadBytesPerMs),
      signal,
    });
    return { loadMs, peakRssBytes };
  };
}

async function largestDeviceBytes(hardware: HardwareService): Promise<number> {
  const { backends } = await hardware.look();
  return backends
    .filter((backend) => backend.available && !backend.software)
    .flatMap((backend) => backend.devices)
    .reduce((largest, device) => Math.max(largest, device.totalBytes), 0);
}
