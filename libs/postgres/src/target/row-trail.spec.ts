import { describe, expect, it } from 'vitest';
import { RowTrail } from './row-trail.js';
import type { TableRestore } from './table-restore.js';

/** Asked only for a row that was refused. */
const TABLE = Object.create(null) as TableRestore;

describe('RowTrail', () => {
  it('gives buffers back when it forgets their rows: the oldest beyond 8 MB, and all in the end', () => {
    const trail = new RowTrail(TABLE);
    const givenBack: number[] = [];
    for (let batch = 0; batch < 5; batch++) {
      trail.note({ bytes: Buffer.alloc(3 << 20), rows: 1, recycle: () => givenBack.push(batch) });
    }
    expect(givenBack).toEqual([0, 1, 2]);
    trail.forget();
    trail.forget();
    expect(givenBack).toEqual([0, 1, 2, 3, 4]);
  });
});
