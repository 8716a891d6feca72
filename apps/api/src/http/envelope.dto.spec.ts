import { DECORATORS } from '@nestjs/swagger';
import { expect, it } from 'vitest';
import { ApiErrors } from './envelope.dto.js';

class Example {
  @ApiErrors('csrf_error', 'validation_error')
  @ApiErrors('permission_error', 'csrf_error')
  method() {}
}

it('describes each kind once, those of one status together, whatever decorators a route has', () => {
  const responses = Reflect.getMetadata(DECORATORS.API_RESPONSE, Example.prototype.method) as Record<
    string,
    { description: string; examples: Record<string, { value: { error_type: string } }> }
  >;
  expect(Object.keys(responses)).toEqual(['400', '403']);
  const forbidden = responses['403'];
  expect(forbidden?.description.match(/`csrf_error`/g)).toHaveLength(1);
  expect(forbidden?.description.match(/`permission_error`/g)).toHaveLength(1);
  expect(Object.keys(forbidden?.examples ?? {})).toEqual(['permission_error', 'csrf_error']);
});
