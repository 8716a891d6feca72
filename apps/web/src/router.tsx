import { createBrowserRouter } from 'react-router';
import type { RouteObject } from 'react-router';
import { BASE_PATH } from './lib/paths.js';
import { RequireSession } from './features/sign-in/components/require-session.js';
import { AppShell } from './features/shell/components/app-shell.js';
import { PageFailed } from './features/shell/components/page-failed.js';
import { StartScreen } from './features/shell/components/start-screen.js';

/** The pages; the code of each is fetched when it is opened. */
export const routes: RouteObject[] = [
  {
    path: '/sign-in',
    ErrorBoundary: PageFailed,
    HydrateFallback: StartScreen,
    lazy: async () => ({ Component: (await import('./features/sign-in/sign-in.page.js')).SignInPage }),
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
            children: [
              {
                index: true,
                lazy: async () => ({ Component: (await import('./features/home/home.page.js')).HomePage }),
              },
              {
                path: 'create',
                lazy: async () => ({
                  Component: (await import('./features/backups/create-backup.page.js')).CreateBackupPage,
                }),
              },
              {
                path: 'restore',
                lazy: async () => ({
                  Component: (await import('./features/restores/restore-data.page.js')).RestoreDataPage,
                }),
              },
              {
                path: 'history',
                lazy: async () => ({
                  Component: (await import('./features/history/history.page.js')).HistoryPage,
                }),
              },
              {
                path: 'history/:jobId',
                lazy: async () => ({ Component: (await import('./features/jobs/job.page.js')).JobPage }),
              },
              {
                path: 'cleanup',
                lazy: async () => ({
                  Component: (await import('./features/retention/cleanup.page.js')).CleanupPage,
                }),
              },
              {
                path: 'schedules',
                lazy: async () => ({
                  Component: (await import('./features/schedules/schedules.page.js')).SchedulesPage,
                }),
              },
              {
                path: 'drills',
                lazy: async () => ({
                  Component: (await import('./features/drills/drills.page.js')).DrillsPage,
                }),
              },
              {
                path: 'alarms',
                lazy: async () => ({
                  Component: (await import('./features/alarms/alarms.page.js')).AlarmsPage,
                }),
              },
              {
                path: 'audit',
                lazy: async () => ({ Component: (await import('./features/audit/audit.page.js')).AuditPage }),
              },
              {
                path: 'users',
                lazy: async () => ({ Component: (await import('./features/users/users.page.js')).UsersPage }),
              },
              {
                path: 'users/roles',
                lazy: async () => ({ Component: (await import('./features/users/roles.page.js')).RolesPage }),
              },
              {
                path: 'system',
                lazy: async () => ({
                  Component: (await import('./features/system/system.page.js')).SystemPage,
                }),
              },
              {
                path: 'account',
                lazy: async () => ({
                  Component: (await import('./features/account/account.page.js')).AccountPage,
                }),
              },
              {
                path: '*',
                lazy: async () => ({
                  Component: (await import('./features/shell/not-found.page.js')).NotFoundPage,
                }),
              },
            ],
          },
        ],
      },
    ],
  },
];

export function createRouter() {
  return createBrowserRouter(routes, { basename: BASE_PATH });
}
