import type { Pin } from '@satchel/domain';
import { z } from 'zod';
import { TIMESTAMP } from '../http/envelope.dto.js';
import { ID } from '../http/ids.js';

export const PIN = z
  .object({ backup_id: ID, reason: z.string(), pinned_by: z.string().nullable(), pinned_at: TIMESTAMP })
  .meta({ id: 'Pin' });

export const NEW_PIN = z
  .strictObject({ reason: z.string().min(1).max(200).describe('For whoever finds it in five years.') })
  .meta({ id: 'NewPin', examples: [{ reason: 'year-end closing' }] });
export type NewPinBody = z.output<typeof NEW_PIN>;

export function pinData({ backupId, reason, pinnedBy, pinnedAt }: Pin): z.input<typeof PIN> {
  return { backup_id: backupId, reason, pinned_by: pinnedBy, pinned_at: pinnedAt.toISOString() };
}
