import type { EventEmitter } from 'node:events';

/** An event that can be prevented, as Electron hands to listeners. */
export interface PreventableEvent {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

export function preventable<Details extends object>(details: Details): PreventableEvent & Details {
  let prevented = false;
  return {
    ...details,
    get defaultPrevented() {
      return prevented;
    },
    preventDefault() {
      prevented = true;
    },
  };
}

/** Emits an event a listener may prevent; true when one did. */
export function isPrevented(emitter: EventEmitter, name: string, ...rest: unknown[]): boolean {
  const event = preventable({});
  emitter.emit(name, event, ...rest);
  return event.defaultPrevented;
}
