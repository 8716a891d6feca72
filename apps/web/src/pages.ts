import type { ComponentType } from 'react';

/** Fetches the code of a page. */
type LoadPage = () => Promise<ComponentType>;

/** The pages behind the sign-in, by their path in the router's notation; the code of each is fetched when it is opened. */
export const PAGES = {
  '': async () => (await import('./features/home/home.page.js')).HomePage,
  create: async () => (await import('./features/backups/create-backup.page.js')).CreateBackupPage,
  restore: async () => (await import('./features/restores/restore-data.page.js')).RestoreDataPage,
  history: async () => (await import('./features/history/history.page.js')).HistoryPage,
  'history/:jobId': async () => (await import('./features/jobs/job.page.js')).JobPage,
  cleanup: async () => (await import('./features/retention/cleanup.page.js')).CleanupPage,
  schedules: async () => (await import('./features/schedules/schedules.page.js')).SchedulesPage,
  drills: async () => (await import('./features/drills/drills.page.js')).DrillsPage,
  alarms: async () => (await import('./features/alarms/alarms.page.js')).AlarmsPage,
  audit: async () => (await import('./features/audit/audit.page.js')).AuditPage,
  users: async () => (await import('./features/users/users.page.js')).UsersPage,
  'users/roles': async () => (await import('./features/users/roles.page.js')).RolesPage,
  system: async () => (await import('./features/system/system.page.js')).SystemPage,
  account: async () => (await import('./features/account/account.page.js')).AccountPage,
  '*': async () => (await import('./features/shell/not-found.page.js')).NotFoundPage,
} as const satisfies Readonly<Record<string, LoadPage>>;

/** Where one comes in. */
export const loadSignIn: LoadPage = async () =>
  (await import('./features/sign-in/sign-in.page.js')).SignInPage;

/** The page at an address, before there is a router. @param path without the app's own, and without slashes at its ends */
export function pageAt(path: string): LoadPage | undefined {
  if (path === 'sign-in') return loadSignIn;
  const parts = path.split('/');
  return Object.entries<LoadPage>(PAGES).find(([pattern]) => {
    const expected = pattern.split('/');
    return (
      expected.length === parts.length &&
      expected.every((one, index) => one === parts[index] || one.startsWith(':'))
    );
  })?.[1];
}
