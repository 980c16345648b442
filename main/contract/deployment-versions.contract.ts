import { eventIterator } from '@orpc/contract';
import { z } from './zod.ts';
import { deploymentLimitsSchema, deploymentViewSchema, engineSettingsSchema, fitSchema, trialEventSchema } from './deployments.contract.ts';
import { errorValueSchema } from './errors.ts';
import { bytesSchema, idSchema, procedure, timeMsSchema } from './procedure.ts';

const attachedSchema = z.object({ adapterId: idSchema, name: z.string(), weight: z.number() });

/** What a deployment has served with, one row a change. Names are kept as they were: a version may be deleted later. */
export const deploymentVersionSchema = z.object({
  /** Counts the changes of this deployment from 1. */
  step: z.number().int(),
  /** Null once the version was deleted. */
  versionId: idSchema.nullable(),
  modelName: z.string(),
  versionNumber: z.number().int(),
  quantization: z.string(),
  settings: engineSettingsSchema,
  limits: deploymentLimitsSchema,
  adapters: z.array(attachedSchema),
  how: z.enum(['created', 'switched', 'rolled-back']),
  /** Who did it; empty for what was deployed before this was kept. */
  byName: z.string(),
  atMs: timeMsSchema,
});
export type DeploymentVersion = z.infer<typeof deploymentVersionSchema>;

export const deploymentVersionsSchema = z.object({
  /** Newest first; the first is the one that serves. */
  rows: z.array(deploymentVersionSchema),
  /** Where one click goes back to; null where there is nothing earlier. `warmUntilMs`: it is still loaded until then. */
  rollBack: z.object({ step: z.number().int(), modelName: z.string(), versionNumber: z.number().int(), warmUntilMs: timeMsSchema.nullable() }).nullable(),
  /** Answers that the version before is still writing, and when they will be cut off. */
  draining: z.object({ activeRequests: z.number().int(), untilMs: timeMsSchema }).nullable(),
});
export type DeploymentVersions = z.infer<typeof deploymentVersionsSchema>;

export const switchChoiceSchema = z.object({
  versionId: idSchema,
  modelId: idSchema,
  modelName: z.string(),
  number: z.number().int(),
  quantization: z.string(),
  sizeBytes: bytesSchema,
  hasChatTemplate: z.boolean(),
  sameModel: z.boolean(),
  /** The version that serves now; switching to it changes settings only. */
  current: z.boolean(),
});
export type SwitchChoice = z.infer<typeof switchChoiceSchema>;

const switchTarget = {
  versionId: idSchema,
  settings: engineSettingsSchema,
  limits: deploymentLimitsSchema,
  /** Takes off the attached adapters that do not fit the new version; without it they refuse the switch. */
  detachAdapters: z.boolean(),
};
export const switchTargetSchema = z.strictObject(switchTarget);
export type SwitchTarget = z.infer<typeof switchTargetSchema>;

export const switchPlanSchema = z.object({
  settings: engineSettingsSchema,
  limits: deploymentLimitsSchema,
  /** The new version beside the old one, which goes on holding `held`. */
  fit: fitSchema,
  /** OVERLAP_DOES_NOT_FIT, MEMORY_HELD, BACKEND_UNAVAILABLE or CONTEXT_TOO_LARGE; null when both can be loaded at once. */
  problem: errorValueSchema.nullable(),
  /** Whether it fits once the old one has been stopped: the alternative with a gap. */
  fitsAfterStopping: z.boolean(),
  held: z.object({ ramBytes: bytesSchema, vramBytes: bytesSchema }),
  free: z.object({ ramBytes: bytesSchema, vramBytes: bytesSchema }),
  adapters: z.array(attachedSchema.extend({ fits: z.boolean() })),
});
export type SwitchPlan = z.infer<typeof switchPlanSchema>;

/** The way of a switch that does all of it by itself: `stopped` only where there is a gap, `switched` at the end. */
export const switchEventSchema = z.discriminatedUnion('kind', [
  ...trialEventSchema.options,
  z.object({ kind: z.literal('stopped') }),
  z.object({ kind: z.literal('switched'), deployment: deploymentViewSchema }),
]);
export type SwitchEvent = z.infer<typeof switchEventSchema>;

const manage = 'deployments.manage' as const;
const deploymentIdInput = z.strictObject({ deploymentId: idSchema });

export const deploymentVersionsContract = {
  versions: procedure({ permission: 'deployments.read', audit: 'none' }).input(deploymentIdInput).output(deploymentVersionsSchema),
  /** Versions that may serve, those of the same model first; `notOffered` counts those that may not (not approved). */
  switchChoices: procedure({ permission: manage, audit: 'none' })
    .input(deploymentIdInput)
    .output(z.object({ choices: z.array(switchChoiceSchema), notOffered: z.number().int() })),
  /** Without settings: those of the deployment, as far as the version can take them. */
  planSwitch: procedure({ permission: manage, audit: 'none' })
    .input(z.strictObject({ deploymentId: idSchema, versionId: idSchema, settings: engineSettingsSchema.optional() }))
    .output(switchPlanSchema),
  /** Loads the new version beside the old one and asks it. It waits five minutes under `trialId`; the old one goes on serving. */
  trySwitch: procedure({ permission: manage, audit: 'deployments.tried' })
    .input(z.strictObject({ deploymentId: idSchema, ...switchTarget, question: z.string().min(1).max(20_000) }))
    .output(eventIterator(trialEventSchema)),
  /** New requests go to what was tried, in one step; answers being written end on the old one. */
  switchVersion: procedure({ permission: manage, audit: 'deployments.versionSwitched' })
    .input(z.strictObject({ deploymentId: idSchema, ...switchTarget, trialId: idSchema }))
    .output(deploymentViewSchema),
  /** For a machine that cannot hold both: stops the old one, loads and asks the new one; the old one is loaded again if that fails or is stopped. */
  switchStoppingFirst: procedure({ permission: manage, audit: 'deployments.versionSwitched' })
    .input(z.strictObject({ deploymentId: idSchema, ...switchTarget, question: z.string().min(1).max(20_000) }))
    .output(eventIterator(switchEventSchema)),
  /** Back to what served before: at once while it is still loaded, else loaded and asked first in the same way. */
  rollBack: procedure({ permission: manage, audit: 'deployments.rolledBack' })
    .input(z.strictObject({ deploymentId: idSchema, stopFirst: z.boolean() }))
    .output(eventIterator(switchEventSchema)),
};
