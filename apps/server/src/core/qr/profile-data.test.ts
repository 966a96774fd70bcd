import { describe, expect, it } from 'vitest';
import type { CustomField } from '../users/custom/custom-fields.ts';
import { profileData } from './profile-data.ts';

const field = (key: string, dataType: CustomField['dataType'] = 'STRING') => ({ key, dataType, options: [] });
const fields = [field('team'), field('level', 'NUMBER'), field('address', 'OBJECT')];

describe('profileData', () => {
  it('takes declared keys of the declared type, beside what is there', () => {
    const text = JSON.stringify({ team: 'blue', level: 3, other: 1 });
    expect(profileData(text, { mine: 1, team: 'red' }, fields)).toEqual({
      customData: { mine: 1, team: 'blue', level: 3 },
      taken: ['team', 'level'],
      refused: 1,
    });
  });

  it.each([
    ['undeclared keys', { other: 1, roles: ['admin'] }],
    ['another type', { team: 1, level: '3', address: [1] }],
    ['null, which would remove', { team: null }],
    ['a prototype within', { address: { constructor: { prototype: 1 } } }],
    ['more than fits', { team: 'x'.repeat(5000) }],
    ['nothing', {}],
  ])('takes nothing of %s', (_, given) => {
    expect(profileData(JSON.stringify(given), { mine: 1 }, fields)).toEqual({
      customData: null,
      taken: [],
      refused: Object.keys(given).length,
    });
  });

  it('takes no protected key even where a table declares it', () => {
    const text = '{"__proto__":{"isAdmin":true},"roles":"admin","email":"x@example.com"}';
    const odd = [field('__proto__', 'OBJECT'), field('roles'), field('email')];
    expect(profileData(text, {}, odd).customData).toBeNull();
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });

  it('leaves a full profile as it is', () => {
    const full = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 1]));
    expect(profileData('{"team":"blue"}', full, fields).customData).toBeNull();
    expect(profileData('{"team":"blue"}', { ...full, k0: undefined, team: 1 }, fields)).toBeTruthy();
  });
});
