import { StrictMode, useState } from 'react';
import { RouterProvider } from 'react-router/dom';
import { Providers } from './providers.js';
import { createRouter } from './router.js';

/** The whole app. */
export function App() {
  const [router] = useState(createRouter);
  return (
    <StrictMode>
      <Providers>
        <RouterProvider router={router} />
      </Providers>
    </StrictMode>
  );
}
