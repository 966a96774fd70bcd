import { describe, expect, it } from 'vitest';
import { grantableScope, hasScope } from './scopes.ts';

describe('grantableScope', () => {
  it.each([
    [undefined, 'openid profile'],
    ['  ', 'openid profile'],
    ['openid', 'openid'],
    ['openid  profile openid', 'openid profile'],
    ['profile offline_access', 'profile offline_access'],
    ['openid admin:everything', 'openid'],
    ['admin:everything', ''],
    ['OPENID', ''],
  ])('of %s is %s', (requested, granted) => {
    expect(grantableScope(requested)).toBe(granted);
  });
});

it('does not take a part of a word for a scope', () => {
  expect(hasScope('profile_photo openid', 'profile')).toBe(false);
});
