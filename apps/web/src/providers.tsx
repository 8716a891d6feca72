import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { THEME_KEPT_AS } from './lib/first-theme.js';
import { createQueryClient } from './lib/query-client.js';
import { cssVariablesResolver, theme } from './ui/theme.js';

const colorScheme = localStorageColorSchemeManager({ key: THEME_KEPT_AS });

/** What everything in the app may use. @param client another cache, in tests */
export function Providers({ children, client }: { children: ReactNode; client?: QueryClient }) {
  const [queryClient] = useState(() => client ?? createQueryClient());
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      colorSchemeManager={colorScheme}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    </MantineProvider>
  );
}
