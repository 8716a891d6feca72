import type { CSSVariablesResolver, MantineColorsTuple } from '@mantine/core';
import { createTheme } from '@mantine/core';

const accent: MantineColorsTuple = [
  '#eef5ff',
  '#dbe8fd',
  '#b8d1fa',
  '#8fb6f6',
  '#6a9df1',
  '#4a86ea',
  '#2f6fdc',
  '#1f5fbf',
  '#194d9c',
  '#143d7c',
];

/** What the library paints with in the dark theme: the same slate as the tokens, in place of its neutral grey. */
const dark: MantineColorsTuple = [
  '#e7edf5',
  '#c5d0dd',
  '#a3b3c5',
  '#7f90a5',
  '#4a5b70',
  '#2d3b4c',
  '#1b2532',
  '#151d28',
  '#0d131b',
  '#080c12',
];

/** The component library's settings; colours themselves are in `tokens.css`. */
export const theme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  primaryColor: 'accent',
  primaryShade: 7,
  colors: { accent, dark },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: { fontWeight: '650' },
  // Plain objects: the components' own `extend` would bring their code into the first load.
  components: {
    Modal: {
      defaultProps: {
        centered: true,
        radius: 'lg',
        padding: 'lg',
        overlayProps: { backgroundOpacity: 0.45, blur: 2 },
        transitionProps: { duration: 140, transition: 'pop' },
      },
    },
    Tooltip: { defaultProps: { openDelay: 250, withArrow: true } },
  },
});

const shared = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--muted)',
  '--mantine-color-placeholder': 'var(--muted)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--surface-2)',
  '--mantine-color-default-border': 'var(--button-line)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-anchor': 'var(--accent)',
};

/** Lets the library paint with our tokens, in both themes. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: shared,
  dark: shared,
});
