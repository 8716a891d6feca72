import { BackupError } from '@satchel/domain';
import type { JsonPlace } from '../json/json-place.js';

/** Which object of a dump is at hand, for messages. */
export interface DumpPosition {
  /** Counted from 1. */
  readonly object: number;
  readonly place: JsonPlace;
  readonly model?: string;
  /** The object's `pk` as JSON. */
  readonly pk?: string;
}

/** Longest key that a message repeats. */
const MAX_PK_LENGTH = 80;

/** An error about one object: `Object 17 (line 342, students.student 1017): …`. */
export function dumpError(
  position: DumpPosition,
  problem: string,
  kind: 'invalid_backup' | 'unsupported' | 'too_large' = 'invalid_backup',
): BackupError {
  const { object, place, model } = position;
  const pk = position.pk === undefined ? undefined : position.pk.slice(0, MAX_PK_LENGTH);
  const which = [model, pk].filter(part => part !== undefined).join(' ');
  return new BackupError(
    kind,
    `Object ${object} (line ${place.line}${which === '' ? '' : `, ${which}`}): ${problem}.`,
    {
      object,
      line: place.line,
      ...(model !== undefined && { model }),
      ...(pk !== undefined && { pk }),
    },
  );
}
