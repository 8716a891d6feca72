import { expect, it } from 'vitest';
import { peek } from './peek.js';
import { inLentChunks } from './testing/invented-backup.js';

it('looks at the start of a stream and yields it all, though each chunk is overwritten once the next is asked for', async () => {
  const bytes = Buffer.from('What stands here is longer than what is looked at.');
  const { start, chunks } = await peek(inLentChunks(bytes, 3), 10);
  expect(start.toString()).toBe('What stand');
  let read = '';
  for await (const chunk of chunks) read += Buffer.from(chunk).toString();
  expect(read).toBe(bytes.toString());
});
