import { z } from './zod.ts';
import { DEPLOYMENT_STATES, deploymentViewSchema, lifecycleSchema } from './deployments.contract.ts';
import { bytesSchema, idSchema, procedure } from './procedure.ts';

/** Shares of the machine's memory that loaded models may take together. */
export const memoryBudgetSchema = z.strictObject({
  ramPercent: z.number().int().min(10).max(100),
  vramPercent: z.number().int().min(10).max(100),
});
export type MemoryBudget = z.infer<typeof memoryBudgetSchema>;
export const DEFAULT_MEMORY_BUDGET: MemoryBudget = { ramPercent: 80, vramPercent: 90 };

/** An engine that is loaded: what it was predicted to take, or what it takes where that is more. */
export const memoryHolderSchema = z.object({
  /** Null for a trial. */
  deploymentId: idSchema.nullable(),
  name: z.string(),
  role: z.enum(['serving', 'previous', 'trial']),
  state: z.enum(DEPLOYMENT_STATES),
  ramBytes: bytesSchema,
  vramBytes: bytesSchema,
  /** Would make way for another one now. */
  evictable: z.boolean(),
});
export type MemoryHolder = z.infer<typeof memoryHolderSchema>;

const placeSchema = z.object({ totalBytes: bytesSchema, budgetBytes: bytesSchema, usedBytes: bytesSchema });
export const memoryViewSchema = z.object({
  budget: memoryBudgetSchema,
  ram: placeSchema,
  /** Null where there is no graphics card with memory of its own. */
  vram: placeSchema.nullable(),
  /** Largest first. */
  holders: z.array(memoryHolderSchema),
});
export type MemoryView = z.infer<typeof memoryViewSchema>;

const manage = 'deployments.manage' as const;

export const deploymentMemoryContract = {
  memory: procedure({ permission: 'deployments.read', audit: 'none' }).input(z.strictObject({})).output(memoryViewSchema),
  setMemoryBudget: procedure({ permission: manage, audit: 'deployments.memoryBudgetChanged' }).input(memoryBudgetSchema).output(memoryViewSchema),
  /** Pinned loads it at once; on demand leaves it loaded until nobody has asked for so long. */
  setLifecycle: procedure({ permission: manage, audit: 'deployments.lifecycleChanged' })
    .input(z.strictObject({ deploymentId: idSchema, lifecycle: lifecycleSchema }))
    .output(deploymentViewSchema),
};
