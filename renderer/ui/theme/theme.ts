import { createTheme } from '@mantine/core';
import type { CSSVariablesResolver, MantineColorsTuple } from '@mantine/core';

/** The one accent: a quiet teal. Shade 8 is used in both themes, so that white text on it keeps 4.5 : 1. */
const accent: MantineColorsTuple = [
  '#e6f5f4',
  '#cfe9e7',
  '#a1d3cf',
  '#6fbcb6',
  '#48a9a2',
  '#2f9d95',
  '#1f978f',
  '#0f837c',
  '#0b6e69',
  '#085853',
];

/** The red of what destroys; shade 8 carries white text in both themes. */
const red: MantineColorsTuple = [
  '#fcebea',
  '#f7d0cd',
  '#f0a8a3',
  '#e87e77',
  '#e05a52',
  '#d63f36',
  '#cb332a',
  '#c02c23',
  '#b3261e',
  '#8f1c16',
];

/** Greys of the dark theme, tinted like the surfaces in tokens.css: Mantine's own are neutral and would stand out. */
const dark: MantineColorsTuple = [
  '#e8ebee',
  '#c5ccd3',
  '#a9b2bc',
  '#7d8894',
  '#3d4650',
  '#2f363f',
  '#22272e',
  '#1a1e23',
  '#16191e',
  '#13161a',
];

/** The web font first: with a system font before it, Chromium leaves some Chinese characters as boxes. */
const fontFamily = '"Noto Sans SC Variable", system-ui, sans-serif';
/** `Modelward Mono` is the system's own fixed-width font for Latin only (base.css), for the same reason. */
const fontFamilyMonospace = '"Modelward Mono", "Noto Sans SC Variable", monospace';

/** Measures and defaults of all Mantine pieces. Colours of surfaces and texts come from tokens.css. */
export const theme = createTheme({
  colors: { accent, dark, red },
  primaryColor: 'accent',
  primaryShade: { light: 8, dark: 8 },
  fontFamily,
  fontFamilyMonospace,
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  headings: {
    fontFamily,
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.3' },
      h2: { fontSize: '1.125rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250, multiline: true, maw: 320, events: { hover: true, focus: true, touch: true } } },
    // The page itself never scrolls, so nothing needs locking; the lock would add a style element without the nonce.
    Modal: { defaultProps: { centered: true, lockScroll: false, overlayProps: { backgroundOpacity: 0.45 }, transitionProps: { duration: 120 } } },
    Drawer: { defaultProps: { lockScroll: false } },
    ModalRoot: { defaultProps: { lockScroll: false } },
    // The placeholder is a focusable element inside a menu that is no menu item.
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end', transitionProps: { duration: 100 }, withInitialFocusPlaceholder: false } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'lg' } },
    Input: { defaultProps: { size: 'sm' } },
    Button: { defaultProps: { size: 'sm' } },
  },
});

/** Ties Mantine's own variables to the tokens, so that every piece stands on the same surfaces. */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--text-dim)',
    '--mantine-color-placeholder': 'var(--text-dim)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--surface-hover)',
    '--mantine-color-default-border': 'var(--line)',
    '--mantine-color-default-color': 'var(--text)',
    '--mantine-color-anchor': 'var(--accent-text)',
    '--mantine-color-error': 'var(--act)',
    '--mantine-color-gray-outline': 'var(--line-strong)',
  };
  return { variables: {}, light: shared, dark: shared };
};
