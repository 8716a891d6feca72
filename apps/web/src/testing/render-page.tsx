import type { Permission } from '@satchel/api-client';
import { cleanup, render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, vi } from 'vitest';
import { PERMISSIONS } from '../lib/contract.js';
import { PermissionProvider } from '../lib/permission.js';
import { createQueryClient } from '../lib/query-client.js';
import { Providers } from '../providers.js';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  sessionStorage.clear();
  localStorage.clear();
});

interface PageOptions {
  /** Where one is, with what stands in the address. */
  readonly at?: string;
  readonly permissions?: readonly Permission[];
}

/** Shows a page as the app does, to somebody with these permissions. */
export function renderPage(page: ReactNode, { at = '/', permissions = PERMISSIONS }: PageOptions = {}) {
  standInForLayout();
  const router = createMemoryRouter(
    [
      {
        path: '*',
        element: <PermissionProvider value={new Set(permissions)}>{page}</PermissionProvider>,
      },
    ],
    { initialEntries: [at] },
  );
  const view = render(
    <Providers client={createQueryClient()}>
      <RouterProvider router={router} />
    </Providers>,
  );
  return {
    ...view,
    user: userEvent.setup(),
    /** What the address bar would say. */
    address: () => `${router.state.location.pathname}${router.state.location.search}`,
  };
}

/** The library asks for things that need a layout, and a document in a test has none. */
function standInForLayout(): void {
  vi.stubGlobal('matchMedia', (query: string) => ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
  }));
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
}
