import '@fontsource-variable/noto-sans-sc/index.css';
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './tokens.css';
import './base.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { useColorScheme } from '../../state/preferences.ts';
import toastClasses from '../toast.module.css';
import { cssVariablesResolver, theme } from './theme.ts';

/** The nonce the host wrote into the page; Mantine's style elements carry it, or the content policy drops them. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

/** Colours, fonts, measures and toasts around everything. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      forceColorScheme={useColorScheme()}
      getStyleNonce={styleNonce}
    >
      {children}
      {/* One at a time: a second one would reach down to the buttons of the screen. The next follows when it has gone. */}
      <Notifications position="top-left" limit={1} containerWidth="25rem" classNames={{ root: toastClasses['place'] ?? '', notification: toastClasses['toast'] ?? '' }} />
    </MantineProvider>
  );
}
