import { describe, expect, it } from 'vitest';
import { userClaims, userInfoClaims } from './claims.ts';
import { aUser } from './test-world.ts';

const photo = 'https://login.example.test/avatars/default.png';
const told = { photo, isExternalIdTold: false };

describe('claims about a person', () => {
  it.each([
    ['openid', {}],
    ['username', { username: 'alice' }],
    ['email', { email: 'alice@example.com', email_verified: true }],
    ['phone', { phone_number: '+8613800000001', phone_number_verified: false }],
    ['address', { address: { locality: 'Shanghai' } }],
    ['external_id', {}],
    ['roles', { roles: [] }],
    ['extended_fields', {}],
    [
      'profile',
      {
        name: 'Alice Li',
        nickname: 'Alice',
        picture: photo,
        preferred_username: 'alice',
        gender: 'U',
        updated_at: new Date(aUser().updatedAt).toISOString(),
      },
    ],
  ])('with scope %s', (scope, expected) => {
    expect(userClaims(aUser(), scope, told)).toEqual(expected);
  });

  it('calls people what they chose, and else by their username; never by their phone', () => {
    const called = (user: Parameters<typeof aUser>[0]) => userClaims(aUser(user), 'profile', told).preferred_username;
    expect(called({ profile: { preferredUsername: 'ali' } })).toBe('ali');
    expect(called({ username: null })).toBeUndefined();
  });

  it('leaves out addresses the person does not have', () => {
    expect(userClaims(aUser({ email: null, phone: null, profile: {} }), 'email phone address', told)).toEqual({});
  });

  it('tells custom data to userinfo only, and only when asked', () => {
    expect(userInfoClaims(aUser(), 'extended_fields', told)).toEqual({ extended_fields: { team: 'blue' } });
    expect(userInfoClaims(aUser(), 'openid', told)).toEqual({});
  });
});
