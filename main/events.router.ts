import type { AppEvent } from './contract/events.contract.ts';
import type { EventBus } from './kernel/event-bus.ts';
import type { Implementer } from './kernel/router-base.ts';

/** Beyond this many unread events a reader is told only that everything may have changed, by ending its stream. */
const backlogLimit = 1000;

/** `events.*` of the contract. */
export function eventsRouter(os: Implementer, events: EventBus) {
  return {
    subscribe: os.events.subscribe.handler(({ context }) => subscribe(events, context.interaction.signal)),
  };
}

async function* subscribe(events: EventBus, signal: AbortSignal): AsyncGenerator<AppEvent, void, void> {
  const backlog: AppEvent[] = [];
  let overflow = false;
  let wake: () => void = () => undefined;
  const stop = events.subscribe((event) => {
    if (backlog.length >= backlogLimit) overflow = true;
    else backlog.push(event);
    wake();
  });
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for (;;) {
      const event = backlog.shift();
      if (event !== undefined) {
        yield event;
        continue;
      }
      if (overflow || signal.aborted) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    stop();
    signal.removeEventListener('abort', onAbort);
  }
}
