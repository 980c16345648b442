import { useEffect } from 'react';
import { asError } from '../client/as-error.ts';
import { client } from '../client/connection.ts';
import { lockScreen, sessionEnded, useSession } from './session.ts';

/** The main side is told of activity at most this often. */
const TOUCH_EVERY_MS = 20_000;
/** How often the clock is looked at. A sleeping machine wakes with the limit long past and locks at once. */
const LOOK_EVERY_MS = 1000;
const signsOfLife = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;

/** Locks the screen after the idle limit of the session or at its absolute end; activity pushes the limit back. */
export function useIdleLock(): void {
  const idleLimitMs = useSession((state) => state.session?.idleLimitMs ?? null);
  const endsAtMs = useSession((state) => state.session?.endsAtMs ?? null);
  useEffect(() => {
    if (idleLimitMs === null || endsAtMs === null) return undefined;
    let lastActivityMs = Date.now();
    let lastTouchMs = Date.now();
    const alive = (): void => {
      const now = Date.now();
      if (now - lastActivityMs >= idleLimitMs) return;
      lastActivityMs = now;
      if (now - lastTouchMs < TOUCH_EVERY_MS) return;
      lastTouchMs = now;
      client.accounts.touch({}).catch((thrown: unknown) => {
        if (asError(thrown).code === 'NOT_SIGNED_IN') sessionEnded();
      });
    };
    const look = (): void => {
      const now = Date.now();
      if (now - lastActivityMs >= idleLimitMs || now >= endsAtMs) void lockScreen();
    };
    for (const sign of signsOfLife) window.addEventListener(sign, alive, { passive: true, capture: true });
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => {
      for (const sign of signsOfLife) window.removeEventListener(sign, alive, { capture: true });
      clearInterval(timer);
    };
  }, [idleLimitMs, endsAtMs]);
}
