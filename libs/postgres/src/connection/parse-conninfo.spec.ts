import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatConninfo, parseConninfo } from './parse-conninfo.js';

const parsed = (text: string): Record<string, string> => Object.fromEntries(parseConninfo(text));

describe('keyword=value pairs', () => {
  it.each<[string, Record<string, string>]>([
    ['', {}],
    ['   ', {}],
    [
      'host=localhost port=5432 dbname=mydb connect_timeout=10',
      { host: 'localhost', port: '5432', dbname: 'mydb', connect_timeout: '10' },
    ],
    ['host = localhost\n\tuser\t=\tjan', { host: 'localhost', user: 'jan' }],
    [String.raw`password='it\'s \\ a secret' user=a`, { password: String.raw`it's \ a secret`, user: 'a' }],
    [String.raw`password=a\ b\'c\\d`, { password: String.raw`a b'c\d` }],
    ["password='' host=/tmp", { password: '', host: '/tmp' }],
    ['user=first user=second', { user: 'second' }],
    ['password=a=b', { password: 'a=b' }],
    ["host='a'user=b", { host: 'a', user: 'b' }],
    ['user=x\u00A0y', { user: 'x\u00A0y' }],
  ])('reads %j', (text, values) => {
    expect(parsed(text)).toEqual(values);
  });

  it.each(['host', 'host localhost', "password='abc", String.raw`password='abc\'`])('refuses %j', text => {
    expect(() => parseConninfo(text)).toThrow(expect.objectContaining({ kind: 'validation_error' }));
  });

  it('reads back any values that formatConninfo wrote', () => {
    const keyword = fc.stringMatching(/^[a-z][a-z_]{0,20}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(keyword, fc.string({ unit: 'binary' })), { selector: pair => pair[0] }),
        pairs => {
          expect([...parseConninfo(formatConninfo(pairs))]).toEqual(pairs);
        },
      ),
    );
  });
});

describe('URIs', () => {
  it.each<[string, Record<string, string>]>([
    ['postgresql://', {}],
    ['postgresql://localhost', { host: 'localhost' }],
    ['postgresql://localhost:5433', { host: 'localhost', port: '5433' }],
    ['postgresql://localhost/mydb', { host: 'localhost', dbname: 'mydb' }],
    ['postgresql://user@localhost', { user: 'user', host: 'localhost' }],
    ['postgresql://user:secret@localhost', { user: 'user', password: 'secret', host: 'localhost' }],
    [
      'postgresql://other@localhost/otherdb?connect_timeout=10&application_name=myapp',
      {
        user: 'other',
        host: 'localhost',
        dbname: 'otherdb',
        connect_timeout: '10',
        application_name: 'myapp',
      },
    ],
    [
      'postgresql://host1:123,host2:456/somedb?target_session_attrs=any&application_name=myapp',
      {
        host: 'host1,host2',
        port: '123,456',
        dbname: 'somedb',
        target_session_attrs: 'any',
        application_name: 'myapp',
      },
    ],
    [
      'postgresql://user@localhost:5433/mydb?options=-c%20synchronous_commit%3Doff',
      { user: 'user', host: 'localhost', port: '5433', dbname: 'mydb', options: '-c synchronous_commit=off' },
    ],
    ['postgresql:///mydb?host=localhost&port=5433', { dbname: 'mydb', host: 'localhost', port: '5433' }],
    ['postgresql://[2001:db8::1234]/database', { host: '2001:db8::1234', dbname: 'database' }],
    ['postgresql://[::1]:5433', { host: '::1', port: '5433' }],
    ['postgresql://[::1]:1,b:2/d', { host: '::1,b', port: '1,2', dbname: 'd' }],
    ['postgresql:///dbname?host=/var/lib/postgresql', { dbname: 'dbname', host: '/var/lib/postgresql' }],
    ['postgresql://%2Fvar%2Flib%2Fpostgresql/dbname', { host: '/var/lib/postgresql', dbname: 'dbname' }],
    ['postgres://a,b/d', { host: 'a,b', port: ',', dbname: 'd' }],
    ['postgres://u:p%40ss%3Aw%2For%25d@h/d', { user: 'u', password: 'p@ss:w/or%d', host: 'h', dbname: 'd' }],
    ['postgres://u:p+w@h', { user: 'u', password: 'p+w', host: 'h' }],
    ['postgres://u:@h', { user: 'u', host: 'h' }],
    ['postgres://:p@h', { password: 'p', host: 'h' }],
    ['postgres://h/sch%C3%BCler%20db', { host: 'h', dbname: 'schüler db' }],
    ['postgres:///d?user=a@b', { dbname: 'd', user: 'a@b' }],
    ['postgres://h?ssl=true', { host: 'h', sslmode: 'require' }],
    ['postgres://h?', { host: 'h' }],
  ])('reads %j', (text, values) => {
    expect(parsed(text)).toEqual(values);
  });

  it.each([
    'postgres://[::1',
    'postgres://[]',
    'postgres://[::1]x',
    'postgres://h?a',
    'postgres://h?a=b=c',
    'postgres://h/%zz',
    'postgres://h/%0',
    'postgres://h/%00',
    'postgres://h/%FF',
  ])('refuses %j', text => {
    expect(() => parseConninfo(text)).toThrow(expect.objectContaining({ kind: 'validation_error' }));
  });
});

it('never throws anything but a validation error, and never repeats a value', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('', 'postgres://', 'postgres://u:', "password='"),
      fc.string({ unit: 'binary' }),
      (prefix, rest) => {
        try {
          parseConninfo(`${prefix}${rest}hunter2!hunter2`);
        } catch (error) {
          expect(error).toMatchObject({ kind: 'validation_error' });
          expect(String(error)).not.toContain('hunter2!');
        }
      },
    ),
  );
});
