import type { EngineSettings, Fit } from '../../contract/deployments.contract.ts';
import type { ErrorData } from '../../contract/errors.ts';
import type { ModelFacts } from '../../contract/models.contract.ts';
import type { HardwareView } from '../../contract/system.contract.ts';
import { checkFit } from './check-fit.ts';

/** Memory an engine has that would come back if it ended, in bytes. */
export interface HeldMemory {
  ramBytes: number;
  vramBytes: number;
}

export interface Overlap {
  fit: Fit;
  /** Whether it would fit with what is held given back. */
  fitsAfterStopping: boolean;
}

/**
 * Whether a model can be loaded beside an engine that goes on serving. `hardware` is as it is now, with that engine loaded: what is
 * free is what the new one may take. Where it does not suffice, the problem is OVERLAP_DOES_NOT_FIT with its numbers; other problems
 * (backend, context) stay as they are, for stopping the old one would not help.
 */
export function checkOverlap(facts: ModelFacts, settings: EngineSettings, { hardware, held, name }: { hardware: HardwareView; held: HeldMemory; name: string }): Overlap {
  const fit = checkFit(facts, settings, hardware);
  if (fit.problem === null) return { fit, fitsAfterStopping: true };
  if (fit.problem.code !== 'DOES_NOT_FIT') return { fit, fitsAfterStopping: false };
  const fitsAfterStopping = checkFit(facts, settings, withFreed(hardware, held, settings)).fits;
  const { where, neededBytes, availableBytes, totalBytes } = fit.problem.data as ErrorData<'DOES_NOT_FIT'>;
  const data: ErrorData<'OVERLAP_DOES_NOT_FIT'> = {
    name,
    where,
    neededBytes,
    availableBytes,
    totalBytes,
    heldBytes: where === 'ram' ? held.ramBytes : held.vramBytes,
    fitsAfterStopping,
  };
  return { fit: { ...fit, problem: { code: 'OVERLAP_DOES_NOT_FIT', data } }, fitsAfterStopping };
}

/** The machine as it would be with the held memory given back; what lay on a GPU comes back in equal parts to its devices. */
function withFreed(hardware: HardwareView, held: HeldMemory, { backend }: EngineSettings): HardwareView {
  return {
    ...hardware,
    ramAvailableBytes: Math.min(hardware.ramTotalBytes, hardware.ramAvailableBytes + held.ramBytes),
    backends: hardware.backends.map((view) =>
      view.backend === backend
        ? { ...view, devices: view.devices.map((device) => ({ ...device, freeBytes: Math.min(device.totalBytes, device.freeBytes + held.vramBytes / view.devices.length) })) }
        : view,
    ),
  };
}
