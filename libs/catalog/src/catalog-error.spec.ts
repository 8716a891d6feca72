import { BackupError } from '@satchel/domain';
import { describe, expect, it } from 'vitest';
import { toCatalogError } from './catalog-error.js';

describe('toCatalogError', () => {
  it.each([
    ['ECONNREFUSED', '', 'unavailable'],
    ['ENOTFOUND', '', 'unavailable'],
    ['ETIMEDOUT', '', 'unavailable'],
    ['EPIPE', '', 'unavailable'],
    ['57P01', 'terminating connection', 'unavailable'],
    ['53300', 'too many clients', 'unavailable'],
    ['25006', 'read-only transaction', 'unavailable'],
    ['55P03', 'lock timeout', 'unavailable'],
    ['28P01', 'password authentication failed', 'validation_error'],
    ['3D000', 'no such database', 'validation_error'],
    ['42501', 'permission denied', 'permission_error'],
    ['', 'Connection terminated unexpectedly', 'unavailable'],
    ['', 'Query read timeout', 'unavailable'],
    ['', 'The server does not support SSL connections', 'validation_error'],
    ['22000', 'whatever', 'system_error'],
    ['', 'whatever', 'system_error'],
  ])('turns %s %s into %s', (code, message, kind) => {
    const cause = Object.assign(new Error(`${message} secret`), { code });
    const error = toCatalogError(cause);
    expect(error).toMatchObject({ kind, cause, context: { setting: 'CATALOG_DATABASE_URL' } });
    expect(error.message).not.toContain('secret');
  });

  it('keeps an error that is ours', () => {
    const error = new BackupError('conflict', 'taken');
    expect(toCatalogError(error)).toBe(error);
  });
});
