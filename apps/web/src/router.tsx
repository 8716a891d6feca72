import { createBrowserRouter } from 'react-router';
import type { RouteObject } from 'react-router';
import { BASE_PATH } from './lib/paths.js';
import { RequireSession } from './features/sign-in/components/require-session.js';
import { AppShell } from './features/shell/components/app-shell.js';
import { PageFailed } from './features/shell/components/page-failed.js';
import { StartScreen } from './features/shell/components/start-screen.js';
import { loadSignIn, PAGES } from './pages.js';

/** The pages, with what stands around them. */
export const routes: RouteObject[] = [
  {
    path: '/sign-in',
    ErrorBoundary: PageFailed,
    HydrateFallback: StartScreen,
    lazy: async () => ({ Component: await loadSignIn() }),
  },
  {
    path: '/',
    Component: RequireSession,
    HydrateFallback: StartScreen,
    ErrorBoundary: PageFailed,
    children: [
      {
        Component: AppShell,
        children: [
          {
            ErrorBoundary: PageFailed,
            children: Object.entries(PAGES).map(([path, load]): RouteObject => ({
              ...(path === '' ? { index: true } : { path }),
              lazy: async () => ({ Component: await load() }),
            })),
          },
        ],
      },
    ],
  },
];

export function createRouter() {
  return createBrowserRouter(routes, { basename: BASE_PATH });
}
