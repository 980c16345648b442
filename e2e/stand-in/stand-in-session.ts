import { EventEmitter } from 'node:events';
import type { CustomScheme, Protocol, Session } from 'electron';
import { app } from './stand-in-app.ts';

type Handler<Name extends 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'setDisplayMediaRequestHandler'> = Parameters<Session[Name]>[0];
type BeforeRequest = NonNullable<Extract<Parameters<Session['webRequest']['onBeforeRequest']>[0], (...args: never[]) => void>>;

/** `electron.Session`: keeps the handlers; the pages and the specs ask them. */
class StandInSession extends EventEmitter {
  permissionRequest: Handler<'setPermissionRequestHandler'> = null;
  permissionCheck: Handler<'setPermissionCheckHandler'> = null;
  devicePermission: Handler<'setDevicePermissionHandler'> = null;
  displayMedia: Handler<'setDisplayMediaRequestHandler'> = null;
  beforeRequest: BeforeRequest | null = null;

  setPermissionRequestHandler(handler: Handler<'setPermissionRequestHandler'>): void {
    this.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: Handler<'setPermissionCheckHandler'>): void {
    this.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: Handler<'setDevicePermissionHandler'>): void {
    this.devicePermission = handler;
  }
  setDisplayMediaRequestHandler(handler: Handler<'setDisplayMediaRequestHandler'>): void {
    this.displayMedia = handler;
  }
  readonly webRequest = {
    onBeforeRequest: (listener: BeforeRequest): void => {
      this.beforeRequest = listener;
    },
  };
  /** What the app says to a request; without a listener Electron lets everything pass. */
  mayRequest(url: string, resourceType: 'mainFrame' | 'other'): Promise<boolean> {
    const { beforeRequest } = this;
    if (beforeRequest === null) return Promise.resolve(true);
    const details = { id: 0, url, method: 'GET', resourceType, timestamp: Date.now(), referrer: '', uploadData: [] } satisfies Partial<Parameters<BeforeRequest>[0]>;
    return new Promise((resolve) => {
      beforeRequest(details as unknown as Parameters<BeforeRequest>[0], ({ cancel }) => resolve(cancel !== true));
    });
  }
}

const defaultSession = new StandInSession() satisfies Pick<
  Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'setDisplayMediaRequestHandler' | 'emit'
>;
export const session = { defaultSession };

type SchemeHandler = Parameters<Protocol['handle']>[1];
const handlers = new Map<string, SchemeHandler>();
export const privilegedSchemes: CustomScheme[] = [];

export const protocol = {
  registerSchemesAsPrivileged(schemes) {
    if (app.isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    privilegedSchemes.push(...schemes);
  },
  handle(scheme, handler) {
    handlers.set(scheme, handler);
  },
} satisfies Pick<Protocol, 'registerSchemesAsPrivileged' | 'handle'>;

/** The answer of the app's own scheme handler; null for a scheme it does not serve. */
export async function answerOfScheme(url: string): Promise<Response | null> {
  const handler = handlers.get(new URL(url).protocol.slice(0, -1));
  return handler === undefined ? null : ((await handler(new Request(url) as unknown as Parameters<SchemeHandler>[0])) as Response);
}
