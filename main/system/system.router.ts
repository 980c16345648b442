import { isAbsolute } from 'node:path';
import type { SessionView } from '../contract/accounts.contract.ts';
import type { DoctorCheck, SystemStatus } from '../contract/system.contract.ts';
import type { HardwareService } from '../engine/hardware/hardware.service.ts';
import { ExpectedError } from '../kernel/errors.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { Implementer } from '../kernel/router-base.ts';

export interface SystemRouterPorts {
  status: (clientId: string) => SystemStatus;
  setUp: (
    interaction: Interaction,
    clientId: string,
    input: { language: 'en' | 'zh-CN'; dataFolder: string; name: string; password: string },
  ) => Promise<SessionView>;
  retryOpen: (clientId: string) => Promise<SystemStatus>;
  hardware: HardwareService;
  doctor: () => Promise<DoctorCheck[]>;
}

/** `system.*` of the contract. */
export function systemRouter(os: Implementer, { status, setUp, retryOpen, hardware, doctor }: SystemRouterPorts) {
  return {
    status: os.system.status.handler(({ context }) => status(context.clientId)),
    setUp: os.system.setUp.handler(({ input, context }) => {
      if (!isAbsolute(input.dataFolder)) throw new ExpectedError('WRONG_INPUT', { issues: [{ path: 'dataFolder', message: 'absolute path' }] });
      return setUp(context.interaction, context.clientId, input);
    }),
    retryOpen: os.system.retryOpen.handler(({ context }) => retryOpen(context.clientId)),
    hardware: os.system.hardware.handler(({ input }) => hardware.look(input)),
    doctor: os.system.doctor.handler(() => doctor()),
  };
}
