import { changeSchool, fillSchool } from '@satchel/demo-school';
import { describe, expect, it } from 'vitest';
import { createTestDatabase, query } from './create-test-database.js';
import { sameContent } from './same-content.js';
import { testServers } from './test-servers.js';

describe.each(testServers())('changing the school on PostgreSQL $major', server => {
  it('changes the asked share, the same rows for the same seed, and can be repeated', async () => {
    const one = await createTestDatabase(server, { template: 'school' });
    const two = await createTestDatabase(server, { template: 'school' });
    try {
      const [{ rows } = { rows: 0 }] = await query<{ rows: number }>(
        one.url,
        'SELECT ((SELECT count(*) FROM attendance_attendance) + (SELECT count(*) FROM student_fees_feedeposit))::int AS rows',
      );
      const change = { updatePercent: 5, insertPercent: 5, deletePercent: 2, seed: 7 };
      const counts = await changeSchool(one.url, change);
      expect(counts.updated / rows).toBeCloseTo(0.05, 2);
      expect(counts.inserted / rows).toBeCloseTo(0.05, 2);
      expect(counts.deleted / rows).toBeCloseTo(0.02, 2);
      expect(await changeSchool(two.url, change)).toEqual(counts);
      expect(await sameContent(one.url, two.url)).toEqual([]);
      await changeSchool(two.url, { ...change, seed: 8 });
      expect(await sameContent(one.url, two.url)).not.toEqual([]);
    } finally {
      await Promise.all([one.drop(), two.drop()]);
    }
  });

  it('refuses to fill a school that has rows', async () => {
    const school = await createTestDatabase(server, { template: 'school' });
    const untouched = await createTestDatabase(server, { template: 'school' });
    try {
      await expect(fillSchool(school.url, { students: 5 })).rejects.toMatchObject({ kind: 'conflict' });
      expect(await sameContent(school.url, untouched.url)).toEqual([]);
    } finally {
      await Promise.all([school.drop(), untouched.drop()]);
    }
  });
});
