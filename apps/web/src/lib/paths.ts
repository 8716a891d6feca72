/** The app's own addresses, below `/backup`. */
export const paths = {
  home: '/',
  signIn: '/sign-in',
  create: '/create',
  restore: '/restore',
  restoreOf: (backupId: string) => `/restore?backup=${encodeURIComponent(backupId)}`,
  restoreJob: (jobId: string) => `/restore?job=${encodeURIComponent(jobId)}`,
  history: '/history',
  job: (jobId: string) => `/history/${encodeURIComponent(jobId)}`,
  cleanup: '/cleanup',
  schedules: '/schedules',
  drills: '/drills',
  alarms: '/alarms',
  audit: '/audit',
  users: '/users',
  roles: '/users/roles',
  system: '/system',
  account: '/account',
} as const;

/** What stands before each of them in the address bar. */
export const BASE_PATH = '/backup/';

/** Where the API is, seen from the page. */
export const API_BASE = '/backup/api';
