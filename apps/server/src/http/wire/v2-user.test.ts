import { V2User } from '@passbeam/protocol';
import { Value } from 'typebox/value';
import { expect, it } from 'vitest';
import { aUser } from '../../core/tokens/test-world.ts';
import { momentOf, newCustomField } from '../../core/users/custom/custom-fields.ts';
import { v2CustomData, v2User } from './v2-user.ts';

const publicUrl = 'https://login.example.test';

it('fits its schema, and says nothing that is not in it', () => {
  const user = v2User(aUser(), { publicUrl, token: 't', tokenExpiredAt: 0, withCustomData: true });
  expect(Value.Check(V2User, user)).toBe(true);
  expect(Object.keys(user).filter((name) => !Object.hasOwn(V2User.properties, name))).toEqual([]);
});

it('never tells the password', () => {
  const user = v2User(aUser({ passwordHash: '$argon2id$hash' }), { publicUrl });
  expect(user.password).toBeNull();
  expect(JSON.stringify(user)).not.toContain('argon2id');
});

it('has the kinds of value phones parse, for a person who told nothing', () => {
  const user = v2User(aUser({ profile: {}, email: null, phone: null, lastLogin: null, lastIp: null }), { publicUrl });
  expect(user).toMatchObject({
    photo: 'https://login.example.test/avatars/default.png',
    nickname: null,
    gender: 'U',
    loginsCount: 0,
    blocked: false,
    isDeleted: false,
    emailVerified: true,
    phoneVerified: false,
    identities: [],
    oauth: '',
    lastIp: null,
    lastIP: null,
  });
  for (const name of ['token', 'tokenExpiredAt', 'customData']) expect(user).not.toHaveProperty(name);
});

it.each([
  ['Activated', false],
  ['Suspended', true],
  ['Deactivated', true],
] as const)('calls %s blocked: %s', (status, blocked) => {
  expect(v2User(aUser({ status }), { publicUrl }).blocked).toBe(blocked);
});

it('lists custom data with the types and labels declared, and its own types where it is of another', () => {
  const declared = [
    newCustomField({ key: 'since', label: '入职', dataType: 'DATETIME' }, 'pool', 0),
    newCustomField({ key: 'size', label: 'Size', dataType: 'SELECT', options: ['S', 'L'] }, 'pool', 0),
    newCustomField({ key: 'seat', label: 'Seat', dataType: 'NUMBER' }, 'pool', 0),
  ];
  const customData = { a: 'x', b: 1, c: true, d: { e: [1] }, f: null, since: '2026-01-01', size: 'L', seat: 'left' };
  expect(v2CustomData(customData, declared)).toEqual([
    { key: 'a', dataType: 'STRING', value: 'x', label: null },
    { key: 'b', dataType: 'NUMBER', value: '1', label: null },
    { key: 'c', dataType: 'BOOLEAN', value: 'true', label: null },
    { key: 'd', dataType: 'OBJECT', value: '{"e":[1]}', label: null },
    { key: 'f', dataType: 'OBJECT', value: 'null', label: null },
    { key: 'since', dataType: 'DATETIME', value: '2026-01-01', label: '入职' },
    { key: 'size', dataType: 'SELECT', value: 'L', label: 'Size' },
    // A value from before the declaration: a client that read it as a number would fail.
    { key: 'seat', dataType: 'STRING', value: 'left', label: 'Seat' },
  ]);
});

it.each([
  ['2026-01-01 08:30:00', 'DATETIME'],
  ['2026-01-01T08:30', 'DATETIME'],
  ['2026-13-01 08:30:00', 'STRING'],
  ['soon', 'STRING'],
])('a date without a zone is a date in UTC, as these clients write it: %s is a %s', (value, dataType) => {
  const since = newCustomField({ key: 'since', label: 'Since', dataType: 'DATETIME' }, 'pool', 0);
  expect(v2CustomData({ since: value }, [since])).toEqual([{ key: 'since', dataType, value, label: 'Since' }]);
  expect(momentOf(value)).toBe(dataType === 'DATETIME' ? Date.UTC(2026, 0, 1, 8, 30) : null);
});
