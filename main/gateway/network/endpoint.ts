import type { ErrorValue } from '../../contract/errors.ts';
import { ExpectedError } from '../../kernel/errors.ts';
import { openListener } from './listener.ts';
import type { Listener, ListenerOptions, TlsMaterial } from './listener.ts';
import type { SelfTest } from './self-test.ts';

/** Where to listen. */
export interface Place {
  address: string;
  port: number;
  encrypted: boolean;
}

export interface Placement {
  places: readonly Place[];
  /** Needed where a place is encrypted. */
  tls: (TlsMaterial & { rootPem: string }) | null;
  /** Places that may fail without failing the whole: what went wrong is in `problems` then. */
  mayFail: (place: Place) => boolean;
}

/** New listeners that run and have answered, beside the old ones that still do. */
export interface Prepared {
  /** By address. */
  problems: ReadonlyMap<string, ErrorValue>;
  /** Leaves the old listeners: they finish what runs and take nothing new. */
  commit(): void;
  /** Closes the new ones; the old ones go on. */
  abandon(): Promise<void>;
}

/** All addresses on which one gateway listens. */
export interface Endpoint {
  listeners(): readonly Listener[];
  /** Opens what is not open yet and asks each. Raises PORT_TAKEN, ADDRESS_GONE, ENDPOINT_SILENT; then nothing has changed. */
  prepare(placement: Placement): Promise<Prepared>;
  /** Ends everything, the retired listeners too. */
  close(graceMs: number): Promise<void>;
}

export type EndpointDependencies = Pick<ListenerOptions, 'gate' | 'handler' | 'onUnreadable'> & {
  selfTest: SelfTest;
  reportBug: (error: unknown, where: string) => string;
};

export function createEndpoint({ gate, handler, onUnreadable, selfTest, reportBug }: EndpointDependencies): Endpoint {
  let current: Listener[] = [];
  let material: TlsMaterial | null = null;
  const retiring = new Set<Listener>();

  const retire = (listener: Listener): void => {
    retiring.add(listener);
    listener
      .retire()
      .catch((error: unknown) => reportBug(error, 'gateway retire'))
      .finally(() => retiring.delete(listener));
  };
  const open = ({ address, port, encrypted }: Place, tls: TlsMaterial | null): Promise<Listener> => {
    if (encrypted && tls === null) throw new Error(`${address} is to be encrypted without a certificate`);
    return openListener({ address, port, tls: encrypted ? tls : null, gate, handler, onUnreadable });
  };
  /** Opens a place and asks it. */
  const openAsked = async (place: Place, tls: Placement['tls']): Promise<Listener> => {
    const listener = await open(place, tls);
    try {
      await selfTest.ask({ address: place.address, port: listener.port, rootPem: place.encrypted ? (tls?.rootPem ?? null) : null });
      return listener;
    } catch (error) {
      await listener.close(0);
      throw error;
    }
  };

  return {
    listeners: () => current,
    async prepare({ places, tls, mayFail }) {
      const made: Listener[] = [];
      const kept: Listener[] = [];
      const swapped: Listener[] = [];
      const problems = new Map<string, ErrorValue>();
      const abandon = async (): Promise<void> => {
        await Promise.all(made.map((listener) => listener.close(0)));
        for (const old of swapped) {
          try {
            const again = await open(old, material);
            current = current.map((listener) => (listener === old ? again : listener));
          } catch (error) {
            current = current.filter((listener) => listener !== old);
            reportBug(error, 'gateway reopen');
          }
        }
      };
      for (const place of places) {
        const there = current.find(({ address, port }) => address === place.address && port === place.port);
        if (there !== undefined && there.encrypted === place.encrypted) {
          kept.push(there);
          continue;
        }
        try {
          // The same address cannot be open in two ways: for the moment of the change it is closed to new connections.
          if (there !== undefined) {
            swapped.push(there);
            retire(there);
          }
          made.push(await openAsked(place, tls));
        } catch (error) {
          if (!(error instanceof ExpectedError) || !mayFail(place)) {
            await abandon();
            throw error;
          }
          problems.set(place.address, error.toValue());
        }
      }
      return {
        problems,
        abandon,
        commit() {
          for (const listener of current) if (!kept.includes(listener) && !swapped.includes(listener)) retire(listener);
          current = [...kept, ...made].sort((left, right) => orderOf(places, left) - orderOf(places, right));
          material = tls;
          if (tls !== null) for (const listener of kept) listener.setTls(tls);
        },
      };
    },
    async close(graceMs) {
      const all = [...retiring, ...current];
      current = [];
      await Promise.all(all.map((listener) => listener.close(graceMs)));
    },
  };
}

function orderOf(places: readonly Place[], { address }: Listener): number {
  return places.findIndex((place) => place.address === address);
}
