import { Banknote, Database, GraduationCap, Layers, Presentation } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';

const ICONS: Readonly<Record<string, LucideIcon>> = {
  full: Database,
  students: GraduationCap,
  financial: Banknote,
  teachers: Presentation,
};

/** A picture for a backup type; configured ones share one. */
export function typeIcon(type: string): LucideIcon {
  return ICONS[type] ?? Layers;
}
