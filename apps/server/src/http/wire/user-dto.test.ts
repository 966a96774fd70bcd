import { UserDto } from '@passbeam/protocol';
import { Value } from 'typebox/value';
import { expect, it } from 'vitest';
import { newUser } from '../../core/users/new-user.ts';
import { userDto } from './user-dto.ts';

const parts = {
  secrets: { randomId: (length: number) => 'u'.repeat(length) },
  clock: { now: () => 1_800_000_000_000 },
  passwords: { hash: async () => '$argon2id$the-hash' },
};
const publicUrl = 'https://login.example.com';

it('gives every field of the schema, empty ones as null or an empty list', async () => {
  const user = await newUser({ userPoolId: 'pool1', username: 'alice', password: 'correct horse battery' }, parts);
  const dto = userDto(user, { publicUrl, withCustomData: true });
  expect(Object.keys(dto).sort()).toEqual(Object.keys(UserDto.properties).sort());
  expect(Value.Check(UserDto, dto)).toBe(true);
  expect(dto).toMatchObject({
    userId: 'u'.repeat(24),
    createdAt: '2027-01-15T08:00:00.000Z',
    status: 'Activated',
    workStatus: 'Active',
    gender: 'U',
    username: 'alice',
    email: null,
    nickname: null,
    lastLogin: null,
    identities: [],
    departmentIds: [],
    photo: `${publicUrl}/avatars/default.png`,
    customData: {},
  });
});

it('never carries the password hash, nor customData unasked', async () => {
  const input = { userPoolId: 'pool1', username: 'alice', password: 'correct horse battery', customData: { a: 1 } };
  const dto = userDto(await newUser(input, parts), { publicUrl, withCustomData: false });
  expect(JSON.stringify(dto)).not.toContain('argon2');
  expect(dto).not.toHaveProperty('customData');
});
