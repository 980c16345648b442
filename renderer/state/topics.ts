import type { AppEvent } from '../../main/contract/events.contract.ts';

/** What a screen can wait for: the area an event belongs to. `jobs.progressed` is its own, because it is frequent. */
export type Topic = 'models' | 'deployments' | 'gateway' | 'benchmarks' | 'quantization' | 'adapters' | 'datasets' | 'training' | 'jobs' | 'job-progress' | 'audit';

const topicOfEvent: Record<AppEvent['type'], Topic> = {
  'models.changed': 'models',
  'deployments.changed': 'deployments',
  'gateway.changed': 'gateway',
  'benchmarks.changed': 'benchmarks',
  'quantization.changed': 'quantization',
  'adapters.changed': 'adapters',
  'datasets.changed': 'datasets',
  'training.changed': 'training',
  'jobs.changed': 'jobs',
  'jobs.progressed': 'job-progress',
  'audit.appended': 'audit',
};

type Listener = (event: AppEvent | null) => void;
const listeners = new Map<Topic, Set<Listener>>();

/** Calls `listener` after each event of a topic; with null when events may have been missed. Returns the end. */
export function onTopic(topic: Topic, listener: Listener): () => void {
  const set = listeners.get(topic) ?? new Set();
  listeners.set(topic, set);
  set.add(listener);
  return () => set.delete(listener);
}

/** Hands an event to everybody who waits for its topic. */
export function announce(event: AppEvent): void {
  for (const listener of listeners.get(topicOfEvent[event.type]) ?? []) listener(event);
}

/** Tells everybody that events may have been missed, so that each asks again. */
export function announceGap(): void {
  for (const set of listeners.values()) for (const listener of set) listener(null);
}
