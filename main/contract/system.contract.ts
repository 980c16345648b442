import { z } from './zod.ts';
import { languageSchema, passwordSchema, sessionViewSchema } from './accounts.contract.ts';
import { errorValueSchema } from './errors.ts';
import { bytesSchema, nameSchema, procedure } from './procedure.ts';

export const HOSTS = ['desktop', 'console', 'cli'] as const;

/** Where the house stands: what the first screen needs before anybody is signed in. */
export const systemStatusSchema = z.object({
  /** `not-set-up`: first run. `locked`: the database waits for a password. `broken`: `problem` says why it cannot open. */
  state: z.enum(['not-set-up', 'locked', 'ready', 'broken']),
  problem: errorValueSchema.nullable(),
  session: sessionViewSchema.nullable(),
  host: z.enum(HOSTS),
  version: z.string(),
  dataFolder: z.string(),
  /** False when the folder was fixed on the command line: the first-run screen then shows it read-only. */
  dataFolderSelectable: z.boolean(),
  /** The host can show the operating system's own file dialog. */
  fileDialog: z.boolean(),
  /** Language of the operating system, as far as it can be told. */
  systemLanguage: languageSchema,
  platform: z.string(),
});
export type SystemStatus = z.infer<typeof systemStatusSchema>;

export const backendSchema = z.enum(['cpu', 'cuda', 'vulkan', 'metal']);
export type Backend = z.infer<typeof backendSchema>;

/** Why a backend is not there; each has a sentence and a remedy in the catalogue. */
export const backendMissingReasonSchema = z.enum([
  'other-platform',
  'library-missing',
  'driver-missing',
  'no-device',
  'package-missing',
  'load-failed',
]);

/** One way of computing on this machine, found or missing, with its devices; memory in bytes. */
export const backendViewSchema = z.object({
  backend: backendSchema,
  available: z.boolean(),
  reason: backendMissingReasonSchema.nullable(),
  /** Technical detail for the curious: the library's own message, a file name. */
  detail: z.string(),
  /** A software renderer posing as a GPU (lavapipe, llvmpipe): slower than the CPU backend, never recommended. */
  software: z.boolean(),
  devices: z.array(
    z.object({
      name: z.string(),
      totalBytes: bytesSchema,
      freeBytes: bytesSchema,
      /** The device's memory is the machine's own RAM (integrated GPU, Apple Silicon): what it takes is missing there. */
      sharesRam: z.boolean().optional(),
    }),
  ),
});
export type BackendView = z.infer<typeof backendViewSchema>;

export const hardwareViewSchema = z.object({
  cpuName: z.string(),
  physicalCores: z.number().int().positive(),
  /** Cores this process may use: affinity and container limits applied. */
  usableCores: z.number().int().positive(),
  ramTotalBytes: bytesSchema,
  ramAvailableBytes: bytesSchema,
  backends: z.array(backendViewSchema),
  engineRelease: z.string(),
});
export type HardwareView = z.infer<typeof hardwareViewSchema>;

/** One line of `doctor`: what was checked, how it stands, and the numbers the sentence needs. */
export const doctorCheckSchema = z.object({
  check: z.enum(['node', 'data-folder', 'disk-space', 'database', 'key-file', 'memory', 'cpu', 'backend', 'engine', 'desktop-runtime', 'clock']),
  state: z.enum(['fine', 'look', 'act']),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type DoctorCheck = z.infer<typeof doctorCheckSchema>;

export const systemContract = {
  status: procedure({ permission: 'public', audit: 'none' }).input(z.strictObject({})).output(systemStatusSchema),
  /** First run: makes the data folder, its keys and database, and the first person, who is signed in at once. */
  setUp: procedure({ permission: 'public', audit: 'system.setUp' })
    .input(
      z.strictObject({
        language: languageSchema,
        dataFolder: z.string().min(1).max(4096),
        name: nameSchema,
        password: passwordSchema,
      }),
    )
    .output(sessionViewSchema),
  /** Looks again at the data folder after a problem was mended outside (a file put back, a disk mounted). */
  retryOpen: procedure({ permission: 'public', audit: 'none' }).input(z.strictObject({})).output(systemStatusSchema),
  hardware: procedure({ permission: 'session', audit: 'none' })
    .input(z.strictObject({ refresh: z.boolean().default(false) }))
    .output(hardwareViewSchema),
  doctor: procedure({ permission: 'public', audit: 'none' }).input(z.strictObject({})).output(z.array(doctorCheckSchema)),
};
