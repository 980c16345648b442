import { isIPv6 } from 'node:net';

/** Names under which this machine is always itself. */
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Whether a Host header names this machine. Anything else is another site's name pointed at us (DNS rebinding): a web page under that
 * name could otherwise ask the endpoint as if it were its own server.
 */
export function createOwnNames(names: readonly string[]): (host: string | undefined) => boolean {
  const own = new Set([...LOOPBACK_NAMES, ...names.map(asInHost)]);
  return (host) => own.has((host ?? '').toLowerCase().replace(/:\d+$/, '').replace(/\.$/, ''));
}

/** An address or a name as it stands in a URL and a Host header. */
export function asInHost(name: string): string {
  return isIPv6(name) ? new URL(`http://[${name}]`).hostname : name.toLowerCase();
}
