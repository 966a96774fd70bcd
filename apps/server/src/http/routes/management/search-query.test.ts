import { describe, expect, it } from 'vitest';
import type { CustomField } from '../../../core/users/custom/custom-fields.ts';
import type { SearchExpression } from '../../../core/users/search.ts';
import { searchQuery } from './search-query.ts';

const declare = (key: string, dataType: CustomField['dataType']): CustomField => ({
  ...{ userPoolId: 'pool', key, label: key, dataType, options: [], createdAt: 0, updatedAt: 0 },
});
const declared = [declare('team', 'STRING'), declare('seat', 'NUMBER'), declare('since', 'DATETIME')];
const name = (operator: string, ...values: string[]) => ({ field: 'name', operator, values });
const logins = (operator: string, ...values: number[]) => ({ field: 'loginsCount', operator, values });
const day = Date.parse('2026-01-01');

describe('searchQuery means', () => {
  it.each<[unknown, unknown]>([
    [{ match_all: {} }, { all: [] }],
    [{ query: { match_none: {} } }, { any: [] }],
    [{ term: { name: 'a' } }, name('EQUAL', 'a')],
    [{ term: { name: { value: 'a', boost: 2 } } }, name('EQUAL', 'a')],
    [{ terms: { name: ['a', 'b'], boost: 1 } }, name('IN', 'a', 'b')],
    [{ ids: { values: ['1'] } }, { field: 'id', operator: 'IN', values: ['1'] }],
    [{ match: { name: 'a  b' } }, { any: [name('CONTAINS', 'a'), name('CONTAINS', 'b')] }],
    [{ match: { name: { query: 'a b', operator: 'AND' } } }, { all: [name('CONTAINS', 'a'), name('CONTAINS', 'b')] }],
    [{ match: { name: ' ' } }, { any: [] }],
    [{ match: { loginsCount: 3 } }, logins('EQUAL', 3)],
    [{ match_phrase: { name: 'a b' } }, name('CONTAINS', 'a b')],
    [
      { multi_match: { query: 'a', fields: ['name^2', 'city'] } },
      { any: [{ any: [name('CONTAINS', 'a')] }, { any: [{ ...name('CONTAINS', 'a'), field: 'city' }] }] },
    ],
    [{ prefix: { name: 'a*\\' } }, name('MATCHES', 'a\\*\\\\*')],
    [{ wildcard: { name: { value: 'a?', case_insensitive: true } } }, name('MATCHES', 'a?')],
    [{ exists: { field: 'name' } }, name('NOT_NULL')],
    [{ exists: { field: 'identities' } }, { any: [] }],
    [{ prefix: { identity: 'x' } }, { any: [] }],
    [{ match: { identity: 'x' } }, { any: [] }],
    [{ range: { loginsCount: { gte: 1, lte: 2 } } }, { all: [logins('GREATER', 1), logins('LESSER', 2)] }],
    [{ range: { loginsCount: { gt: 1 } } }, { all: [{ all: [logins('NOT_NULL'), { not: logins('LESSER', 1) }] }] }],
    [
      { range: { since: { lt: '2026-01-01' } } },
      {
        all: [
          {
            all: [
              { field: { customKey: 'since', kind: 'instant' }, operator: 'NOT_NULL', values: [] },
              { not: { field: { customKey: 'since', kind: 'instant' }, operator: 'GREATER', values: [day] } },
            ],
          },
        ],
      },
    ],
    [
      { term: { 'customData.seat': 7 } },
      { field: { customKey: 'seat', kind: 'number' }, operator: 'EQUAL', values: [7] },
    ],
    [{ bool: {} }, { all: [] }],
    [{ bool: { should: { term: { name: 'a' } } } }, { all: [{ any: [name('EQUAL', 'a')] }] }],
    [{ bool: { must: { exists: { field: 'name' } }, should: [{ match_none: {} }] } }, { all: [name('NOT_NULL')] }],
    [
      { bool: { filter: [{ exists: { field: 'name' } }], should: [{ match_none: {} }], minimum_should_match: 1 } },
      { all: [name('NOT_NULL'), { any: [{ any: [] }] }] },
    ],
    [{ bool: { must_not: [{ term: { name: 'a' } }] } }, { all: [{ not: name('EQUAL', 'a') }] }],
  ])('%j', (given, expected) => {
    expect(searchQuery(given, declared)).toEqual(expected as SearchExpression);
  });
});

describe('searchQuery is refused by its place', () => {
  const nested = (levels: number): unknown =>
    levels === 0 ? { match_all: {} } : { bool: { must: nested(levels - 1) } };

  it.each<[unknown, string, string]>([
    ['name:a', 'invalid_argument', 'searchQuery'],
    [{}, 'invalid_argument', 'searchQuery'],
    [{ term: { name: 'a' }, match_all: {} }, 'invalid_argument', 'searchQuery'],
    [{ query: { match_all: {} }, size: 100 }, 'unsupported_type', 'searchQuery.size'],
    [{ regexp: { name: 'a' } }, 'unsupported_type', 'searchQuery.regexp'],
    [{ constructor: {} }, 'unsupported_type', 'searchQuery.constructor'],
    [{ bool: { must: [{ match_all: {} }, { script: {} }] } }, 'unsupported_type', 'searchQuery.bool.must.1.script'],
    [{ bool: { boost_mode: 1 } }, 'unsupported_type', 'searchQuery.bool.boost_mode'],
    [{ bool: { should: [], minimum_should_match: 2 } }, 'invalid_argument', 'searchQuery.bool.minimum_should_match'],
    [{ term: { password: 'a' } }, 'unsupported_type', 'searchQuery.term.password'],
    [{ term: { name: 'a', city: 'b' } }, 'invalid_argument', 'searchQuery.term'],
    [{ term: { name: { value: 'a', fuzzy: 1 } } }, 'unsupported_type', 'searchQuery.term.name.fuzzy'],
    [{ term: { name: {} } }, 'invalid_argument', 'searchQuery.term.name.value'],
    [{ term: { loginsCount: 'many' } }, 'invalid_argument', 'searchQuery.term.loginsCount'],
    [{ terms: { name: 'a' } }, 'invalid_argument', 'searchQuery.terms.name'],
    [{ terms: { name: Array(101).fill('a') } }, 'invalid_argument', 'searchQuery.terms.name'],
    [{ match: { name: { query: 'a', operator: 'xor' } } }, 'invalid_argument', 'searchQuery.match.name.operator'],
    [{ multi_match: { query: 'a' } }, 'invalid_argument', 'searchQuery.multi_match.fields'],
    [{ prefix: { loginsCount: '1' } }, 'invalid_argument', 'searchQuery.prefix.loginsCount'],
    [{ wildcard: { name: 'a'.repeat(257) } }, 'invalid_argument', 'searchQuery.wildcard.name'],
    [{ range: { name: {} } }, 'invalid_argument', 'searchQuery.range.name'],
    [{ range: { createdAt: { gte: 'now-7d' } } }, 'invalid_argument', 'searchQuery.range.createdAt.gte'],
    [
      { range: { createdAt: { gte: 1, time_zone: '+08:00' } } },
      'unsupported_type',
      'searchQuery.range.createdAt.time_zone',
    ],
    [{ bool: { must: Array(51).fill({ match_all: {} }) } }, 'invalid_argument', 'searchQuery'],
    [{ match: { name: 'a '.repeat(60) } }, 'invalid_argument', 'searchQuery'],
    [nested(6), 'invalid_argument', `searchQuery${'.bool.must'.repeat(6)}`],
  ])('%j', (given, code, field) => {
    expect(() => searchQuery(given, declared)).toThrow(
      expect.objectContaining({ code, detail: expect.objectContaining({ field }) }),
    );
  });

  it('is not refused where it is just as deep and as wide as may be', () => {
    expect(searchQuery(nested(5), declared)).toBeDefined();
    expect(searchQuery({ bool: { must: Array(49).fill({ match_all: {} }) } }, declared)).toBeDefined();
  });
});
