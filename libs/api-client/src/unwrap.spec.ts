import { describe, expect, it } from 'vitest';
import { unwrap } from './unwrap.js';

function answered(status: number, body: object) {
  const response = new Response(null, { status });
  return Promise.resolve(status < 400 ? { data: body, response } : { error: body, response });
}

describe('unwrap', () => {
  it('takes the data out of the envelope', async () => {
    const envelope = { status: 'success', message: 'Done.', data: { items: [1] } };
    expect(await unwrap(Promise.resolve({ data: envelope, response: new Response() }))).toEqual({
      items: [1],
    });
  });

  it('turns an error envelope into an error with all that it says', async () => {
    const body = {
      status: 'error',
      message: 'Gone.',
      error_type: 'not_found',
      details: { id: 1 },
      request_id: 'r',
    };
    await expect(unwrap(answered(404, body) as never)).rejects.toMatchObject({
      status: 404,
      errorType: 'not_found',
      message: 'Gone.',
      details: { id: 1 },
      requestId: 'r',
    });
  });

  it('says that nobody answered, and that a proxy did', async () => {
    await expect(unwrap(Promise.reject(new TypeError('fetch failed')))).rejects.toMatchObject({
      status: 0,
      errorType: 'unavailable',
    });
    await expect(unwrap(answered(502, {}) as never)).rejects.toMatchObject({ errorType: 'unavailable' });
  });
});
