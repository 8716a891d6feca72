import {
  ArchiveRestore,
  Bell,
  CalendarClock,
  CircleUser,
  DatabaseBackup,
  Gauge,
  History,
  House,
  LifeBuoy,
  ScrollText,
  Users,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { Permission } from '@satchel/api-client';
import { paths } from '../../../lib/paths.js';
import type { TextKey } from '../../../texts/en.js';

export interface NavigationItem {
  readonly to: string;
  readonly label: Extract<TextKey, `nav.${string}`>;
  readonly short?: Extract<TextKey, `nav.${string}`>;
  readonly icon: LucideIcon;
  /** Without it the page is not offered. */
  readonly permission: Permission | null;
  /** Among the few at the bottom of a phone's screen. */
  readonly first: boolean;
  /** What is counted beside its name. */
  readonly badge?: 'open alarms';
}

export const NAVIGATION: readonly NavigationItem[] = [
  { to: paths.home, label: 'nav.home', icon: House, permission: null, first: true },
  {
    to: paths.create,
    label: 'nav.create',
    short: 'nav.createShort',
    icon: DatabaseBackup,
    permission: 'backup.add_backupjob',
    first: true,
  },
  {
    to: paths.restore,
    label: 'nav.restore',
    short: 'nav.restoreShort',
    icon: ArchiveRestore,
    permission: 'backup.add_restorejob',
    first: true,
  },
  {
    to: paths.history,
    label: 'nav.history',
    icon: History,
    permission: 'backup.view_backupjob',
    first: true,
  },
  {
    to: paths.schedules,
    label: 'nav.schedules',
    icon: CalendarClock,
    permission: 'backup.view_backupjob',
    first: false,
  },
  {
    to: paths.drills,
    label: 'nav.drills',
    icon: LifeBuoy,
    permission: 'backup.view_backupjob',
    first: false,
  },
  {
    to: paths.alarms,
    label: 'nav.alarms',
    icon: Bell,
    permission: 'backup.view_backupjob',
    first: false,
    badge: 'open alarms',
  },
  {
    to: paths.audit,
    label: 'nav.audit',
    icon: ScrollText,
    permission: 'backup.view_auditevent',
    first: false,
  },
  { to: paths.users, label: 'nav.users', icon: Users, permission: 'backup.change_user', first: false },
  { to: paths.system, label: 'nav.system', icon: Gauge, permission: 'backup.view_backupjob', first: false },
  { to: paths.account, label: 'nav.account', icon: CircleUser, permission: null, first: false },
];
