import { describe, expect, it } from 'vitest';
import { customFieldMistake, fitsCustomField, isProtectedKey, newCustomField } from './custom-fields.ts';

const field = { key: 'team', label: 'Team', dataType: 'STRING' } as const;

describe('declaring a field', () => {
  it('keeps what was given', () => {
    expect(newCustomField({ ...field, dataType: 'SELECT', options: ['a', 'b'] }, 'pool', 5)).toEqual({
      userPoolId: 'pool',
      key: 'team',
      label: 'Team',
      dataType: 'SELECT',
      options: ['a', 'b'],
      createdAt: 5,
      updatedAt: 5,
    });
  });

  it.each([
    ['an empty key', { ...field, key: '' }, 'key'],
    ['a key with a dot', { ...field, key: 'a.b' }, 'key'],
    ['a long key', { ...field, key: 'x'.repeat(65) }, 'key'],
    ['no label', { ...field, label: '' }, 'label'],
    ['a broken label', { ...field, label: '\ud800' }, 'label'],
    ['a SELECT without options', { ...field, dataType: 'SELECT' as const }, 'options'],
    ['options of a STRING', { ...field, options: ['a'] }, 'options'],
    ['an option twice', { ...field, dataType: 'SELECT' as const, options: ['a', 'a'] }, 'options'],
    ['an empty option', { ...field, dataType: 'SELECT' as const, options: [''] }, 'options'],
  ])('refuses %s', (_, given, at) => {
    expect(customFieldMistake(given)).toMatchObject({ field: at });
    expect(() => newCustomField(given, 'pool', 5)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });

  it.each([
    '__proto__',
    'constructor',
    'prototype',
    'roles',
    'Role',
    'is_admin',
    'isAdmin',
    'admin',
    'permissions',
    'email',
    'E-mail',
    'emailVerified',
    'email_verified',
    'phone',
    'username',
    'userId',
    'user_id',
    'id',
    'externalId',
    'status',
    'password',
    'token',
    'blocked',
    'nickname',
  ])('%s is nobody’s to declare', (key) => {
    expect(isProtectedKey(key)).toBe(true);
    expect(customFieldMistake({ ...field, key })).toMatchObject({ field: 'key' });
  });

  it.each(['team', 'tableNumber', 'loyalty-card', 'x1'])('%s is free', (key) => {
    expect(customFieldMistake({ ...field, key })).toBeNull();
  });
});

describe('fitting a value', () => {
  const values = {
    text: 'x',
    instant: '2026-11-20T08:52:24.000Z',
    day: '2026-11-20',
    nowhere: '2026-11-20T08:52',
    impossible: '2026-13-45',
    option: 'red',
    number: 4,
    infinite: Number.POSITIVE_INFINITY,
    yes: true,
    object: { a: 1 },
    list: [1],
    nothing: null,
    missing: undefined,
  };
  it.each([
    ['STRING', ['text', 'instant', 'day', 'nowhere', 'impossible', 'option']],
    ['NUMBER', ['number']],
    ['BOOLEAN', ['yes']],
    ['DATETIME', ['instant', 'day']],
    ['OBJECT', ['object']],
    ['SELECT', ['option']],
  ] as const)('%s takes %j and nothing else', (dataType, wanted) => {
    const taken = Object.entries(values).filter(([, value]) =>
      fitsCustomField({ dataType, options: dataType === 'SELECT' ? ['red', 'blue'] : [] }, value),
    );
    expect(taken.map(([name]) => name)).toEqual(wanted);
  });
});
