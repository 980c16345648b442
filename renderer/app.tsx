import { useEffect, useState } from 'react';
import type { ComponentType } from 'react';
import { roleMay } from '../main/contract/permissions.ts';
import { preloadScreens, screens } from './screens/registry.tsx';
import { NoPermission, NotHere } from './screens/start/not-here.tsx';
import { StartScreen } from './screens/start/start-screen.tsx';
import { LockOverlay } from './screens/start/lock-overlay.tsx';
import { useIdleLock } from './state/idle.ts';
import { useNavigation } from './state/navigation.ts';
import type { Route } from './state/routes.ts';
import { useSession } from './state/session.ts';
import { ScreenBoundary } from './ui/screen-boundary.tsx';
import { Shell } from './shell/shell.tsx';
import { ThemeProvider } from './ui/theme/theme-provider.tsx';

/** The whole page: before sign-in the start screens, afterwards the shell with the screen of the address. */
export function App() {
  return (
    <ThemeProvider>
      <House />
    </ThemeProvider>
  );
}

function House() {
  const person = useSession((state) => state.session ?? state.lockedPerson);
  const locked = useSession((state) => state.session === null && state.lockedPerson !== null);
  useIdleLock();
  const someoneIsHere = person !== null;
  useEffect(() => {
    if (someoneIsHere) preloadScreens();
  }, [someoneIsHere]);
  if (person === null) return <StartScreen />;
  return (
    <>
      {/* Another person gets a fresh page; the same one finds everything as it was. */}
      <div key={person.personId} inert={locked} className="whole">
        <Shell>
          <CurrentScreen />
        </Shell>
      </div>
      {locked && <LockOverlay person={person} />}
    </>
  );
}

function CurrentScreen() {
  const route = useNavigation((state) => state.route);
  const role = useSession((state) => (state.session ?? state.lockedPerson)?.role);
  if (role === undefined) return null;
  if (route.screen === 'unknown') return <NotHere />;
  const entry = screens[route.screen];
  if (entry === undefined) return <NotHere />;
  if (!roleMay(role, entry.permission)) return <NoPermission />;
  return (
    <ScreenBoundary key={route.screen}>
      <LoadedScreen route={route} />
    </ScreenBoundary>
  );
}

/**
 * The screen of a route once its code is there. Not React.lazy: Suspense holds back what it reveals for 300 ms, also when
 * the code was fetched long before.
 */
function LoadedScreen({ route }: { route: Exclude<Route, { screen: 'unknown' }> }) {
  const entry = screens[route.screen];
  const [failure, setFailure] = useState<Error | null>(null);
  const [, setLoaded] = useState(entry?.component != null);
  useEffect(() => {
    if (entry === undefined || entry.component !== null) return;
    entry.load().then(
      () => setLoaded(true),
      (thrown: unknown) => setFailure(thrown instanceof Error ? thrown : new Error(String(thrown))),
    );
  }, [entry]);
  if (failure !== null) throw failure;
  if (entry?.component == null) return null;
  // The entry was looked up by the route's own name, so the component takes exactly this route.
  const Screen = entry.component as ComponentType<{ route: typeof route }>;
  return <Screen route={route} />;
}
