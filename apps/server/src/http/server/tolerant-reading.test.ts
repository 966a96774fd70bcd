import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { asSent, readTolerantly } from './tolerant-reading.ts';

const anyObject = Type.Record(Type.String(), Type.Unknown());
const body = Type.Object({
  connection: Type.Enum(['PASSWORD', 'PASSCODE']),
  passwordPayload: Type.Optional(Type.Object({ password: Type.String({ minLength: 1 }) })),
  passCodePayload: Type.Optional(
    Type.Object({ passCode: Type.String({ minLength: 1 }), country: Type.Optional(Type.String({ minLength: 1 })) }),
  ),
  nickname: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  list: Type.Optional(Type.Array(Type.Object({ flag: Type.Optional(Type.Boolean()) }))),
  either: Type.Optional(Type.Union([Type.Object({ limit: Type.Optional(Type.Integer()) }), Type.Null()])),
  customData: Type.Optional(anyObject),
});
const query = Type.Object({
  flag: Type.Optional(Type.Enum(['true', 'false', 'True', 'False'])),
  start: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' })),
  name: Type.Optional(Type.String()),
});

describe('a body', () => {
  const read = (message: object) => {
    readTolerantly(body, message, 'body');
    return message;
  };

  it.each<[string, object, object]>([
    [
      'null is absent where the schema has no null, at every depth',
      { list: [{ flag: null }], either: { limit: null }, passCodePayload: null },
      { list: [{}], either: {} },
    ],
    ['null that means something stays', { nickname: null, either: null }, { nickname: null, either: null }],
    ['null in free-form objects stays', { customData: { a: null, b: '' } }, { customData: { a: null, b: '' } }],
    [
      'free-form objects keep what is called a payload elsewhere',
      { customData: { connection: 'wifi', sensorPayload: 5 } },
      { customData: { connection: 'wifi', sensorPayload: 5 } },
    ],
    [
      'an empty optional text that could not be meant is absent',
      { passCodePayload: { passCode: '1', country: '' } },
      { passCodePayload: { passCode: '1' } },
    ],
    ['an empty text that clears stays', { nickname: '' }, { nickname: '' }],
    [
      'an empty required text stays, to be refused',
      { passCodePayload: { passCode: '' } },
      { passCodePayload: { passCode: '' } },
    ],
    [
      'only the payload that is named is looked at',
      { connection: 'PASSWORD', passwordPayload: { password: 'x' }, passCodePayload: { passCode: '' }, adPayload: {} },
      { connection: 'PASSWORD', passwordPayload: { password: 'x' } },
    ],
  ])('%s', (_what, sent, meant) => {
    expect(read(sent)).toEqual(meant);
  });

  it('is remembered as it was sent, for signatures', () => {
    const sent = { connection: 'PASSCODE', passCodePayload: { passCode: '1', country: null } };
    const copy = structuredClone(sent);
    expect(asSent(read(sent))).toEqual(copy);
    const plain = { nickname: 'x' };
    expect(asSent(read(plain))).toBe(plain);
  });
});

it.each<[object, object]>([
  [{ flag: '1' }, { flag: 'true' }],
  [{ flag: '0' }, { flag: 'false' }],
  [{ flag: 'TRUE' }, { flag: 'true' }],
  [{ flag: 'yes' }, { flag: 'yes' }],
  [{ start: '1.669e+12' }, { start: '1669000000000' }],
  [{ start: '1.5e0' }, { start: '1.5e0' }],
  [{ start: '1e400' }, { start: '1e400' }],
  [{ start: '', flag: '', name: '' }, {}],
])('the query %o is read as %o', (sent, meant) => {
  readTolerantly(query, sent, 'querystring');
  expect(sent).toEqual(meant);
});
