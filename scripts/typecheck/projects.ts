/** One TypeScript project for each runtime, the strictest ground first. Folders relative to the checkout. */
export const typescriptProjects = ['main/contract', 'main', 'preload', 'renderer', 'e2e'] as const;
