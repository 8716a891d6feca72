/** Where the component library keeps what somebody has chosen. */
export const THEME_KEPT_AS = 'satchel.theme';

/** Paints the ground in the person's theme before the app is there: else a dark screen would be white for a moment. */
export function applyFirstTheme(): void {
  let chosen: string | null = null;
  try {
    chosen = localStorage.getItem(THEME_KEPT_AS);
  } catch {
    // A browser that keeps nothing has chosen nothing.
  }
  const byDevice = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset['mantineColorScheme'] =
    chosen === 'dark' || chosen === 'light' ? chosen : byDevice;
}
