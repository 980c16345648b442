import { create } from 'zustand';
import { addressOf, routeOf } from './routes.ts';
import type { Route } from './routes.ts';

/** Where the person is. The address bar is the source: back and forward work, and an address can be kept. */
export const useNavigation = create<{ route: Route }>(() => ({ route: routeOf(window.location.hash) }));

/** Goes to a screen. `replace` leaves no step in the history, for redirects. */
export function navigate(route: Route, options: { replace?: boolean } = {}): void {
  const address = addressOf(route);
  if (address === window.location.hash) useNavigation.setState({ route });
  else if (options.replace === true) window.location.replace(address);
  else window.location.hash = address;
}

/** Goes back one step where there is one within the app, else to `fallback`. */
export function goBack(fallback: Route): void {
  if (stepsTaken > 0) window.history.back();
  else navigate(fallback);
}

let stepsTaken = 0;

/** Follows the address bar. Called once at start. */
export function followAddress(): void {
  window.addEventListener('hashchange', () => {
    stepsTaken += 1;
    useNavigation.setState({ route: routeOf(window.location.hash) });
  });
}
