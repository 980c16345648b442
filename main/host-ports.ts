import type { Language } from './contract/accounts.contract.ts';
import type { MachineAddress } from './contract/network.contract.ts';
import type { SystemStatus } from './contract/system.contract.ts';
import type { HardwareService } from './engine/hardware/hardware.service.ts';
import type { Keychain } from './kernel/data-folder/key-file.ts';
import type { SaveFile } from './kernel/files.ts';
import type { ProcessStarter, WorkerResolver } from './kernel/processes/process-starter.ts';

/** Everything the house needs from whoever hosts it. Three hosts exist: desktop, console, command line. */
export interface HostPorts {
  host: SystemStatus['host'];
  appVersion: string;
  startProcess: ProcessStarter;
  resolveWorker: WorkerResolver;
  /** The operating system's secret store; null where there is none that protects anything. */
  keychain: Keychain | null;
  /** Shows the operating system's file dialog; null where the host has none. */
  chooseFile: (() => Promise<string | null>) | null;
  /** Asks where a text is to be kept and writes it there; the path, or null when the person closes the dialog. Null where pages save files themselves. */
  saveFile: SaveFile | null;
  systemLanguage: Language;
  /** From the command line: then the first run cannot choose another. */
  fixedDataFolder: string | null;
  /** Whether models are started again and the endpoint opened; a single command does neither. */
  servesModels: boolean;
  /** The program and entry with which this very Modelward is started from a command line; null where there is none (the desktop's program starts a window). */
  commandLine: readonly string[] | null;
  /** In place of what the operating system tells of this machine's addresses. */
  networkAddresses?: () => MachineAddress[];
  /** Where several applications live in one process: one look at the machine for all of them. */
  hardware?: HardwareService;
}
