import type { Reason } from '@passbeam/protocol';
import { DomainError } from '../../../core/ground/errors.ts';
import type { CustomField } from '../../../core/users/custom/custom-fields.ts';
import {
  type SearchExpression,
  type SearchOperator,
  searchCondition,
  searchedField,
} from '../../../core/users/search.ts';

/** How many conditions a caller may make the database join in one search. */
const maxClauses = 50;
const maxDepth = 6;
const maxTextLength = 256;

type Fields = Record<string, unknown>;

/**
 * The part of Elasticsearch's query language that says which users are meant (wire 5.2, row 2). Nothing is ranked, so boosts and scores
 * are not taken. An unknown clause is refused by its place: passed over, it would find the wrong people.
 * @throws DomainError invalid_argument, unsupported_type
 */
export function searchQuery(given: unknown, declared: readonly CustomField[]): SearchExpression {
  let clauses = 0;

  function clause(given: unknown, at: string, depth: number): SearchExpression {
    clauses += 1;
    if (clauses > maxClauses) throw mistake('searchQuery', ['tooManyClauses', maxClauses]);
    if (depth > maxDepth) throw mistake(at, ['tooDeep', maxDepth]);
    const [type, body] = onlyEntry(given, at);
    const read = Object.hasOwn(readers, type) ? readers[type as keyof typeof readers] : undefined;
    if (read === undefined) {
      throw new DomainError('unsupported_type', { field: `${at}.${type}`, reason: ['notOneOf', Object.keys(readers)] });
    }
    return read(body, `${at}.${type}`, depth);
  }

  function bool(body: unknown, at: string, depth: number): SearchExpression {
    const { must, filter, should, must_not, minimum_should_match: least, ...others } = objectOf(body, at);
    requireNothingElse(others, at);
    const listOf = (given: unknown, name: string) => {
      const list = given === undefined ? [] : Array.isArray(given) ? given : [given];
      return list.map((item, index) =>
        clause(item, Array.isArray(given) ? `${at}.${name}.${index}` : `${at}.${name}`, depth + 1),
      );
    };
    const all = [...listOf(must, 'must'), ...listOf(filter, 'filter')];
    const any = listOf(should, 'should');
    if (least !== undefined && least !== 0 && least !== 1) throw mistake(`${at}.minimum_should_match`, 'notZeroOrOne');
    // By the language's own rule, `should` beside `must` only ranks, and so excludes nobody.
    const needsAny = any.length > 0 && (least ?? (all.length === 0 ? 1 : 0)) === 1;
    const none = listOf(must_not, 'must_not').map((not) => ({ not }));
    return { all: [...all, ...(needsAny ? [{ any }] : []), ...none] };
  }

  const condition = (name: string, operator: SearchOperator, value: unknown, at: string) =>
    namingClause(at, () => searchCondition({ field: fieldOf(name), operator, value }, at, declared));

  function term(body: unknown, at: string): SearchExpression {
    const [name, given] = onlyEntry(body, at);
    return condition(name, 'EQUAL', saidOf(given, 'value', `${at}.${name}`), `${at}.${name}`);
  }

  function terms(body: unknown, at: string): SearchExpression {
    const [name, values] = onlyEntry(body, at);
    if (!Array.isArray(values)) throw mistake(`${at}.${name}`, 'notList');
    return condition(name, 'IN', values, `${at}.${name}`);
  }

  function ids(body: unknown, at: string): SearchExpression {
    const { values, ...others } = objectOf(body, at);
    requireNothingElse(others, at);
    if (!Array.isArray(values)) throw mistake(`${at}.values`, 'notList');
    return condition('id', 'IN', values, `${at}.values`);
  }

  /** `match` finds words of a text field, whatever their case, all of them with `operator: and`; other fields are compared. */
  function match(body: unknown, at: string): SearchExpression {
    const [name, given] = onlyEntry(body, at);
    const place = `${at}.${name}`;
    const value = saidOf(given, 'query', place, ['operator']);
    const { operator = 'or' } = isObject(given) ? given : {};
    const joint = String(operator).toLowerCase();
    if (joint !== 'or' && joint !== 'and') throw mistake(`${place}.operator`, 'notOrOrAnd');
    return words(name, value, joint, place);
  }

  function words(name: string, value: unknown, joint: 'or' | 'and', at: string): SearchExpression {
    if (!isText(name, at)) return condition(name, 'EQUAL', value, at);
    const found = textOf(value, at)
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => condition(name, 'CONTAINS', word, at));
    clauses += Math.max(0, found.length - 1);
    if (clauses > maxClauses) throw mistake('searchQuery', ['tooManyClauses', maxClauses]);
    return joint === 'and' && found.length > 0 ? { all: found } : { any: found };
  }

  function matchPhrase(body: unknown, at: string): SearchExpression {
    const [name, given] = onlyEntry(body, at);
    const place = `${at}.${name}`;
    const value = saidOf(given, 'query', place);
    return condition(name, isText(name, place) ? 'CONTAINS' : 'EQUAL', value, place);
  }

  function multiMatch(body: unknown, at: string): SearchExpression {
    const { query, fields, operator = 'or', ...others } = objectOf(body, at);
    requireNothingElse(others, at);
    if (!Array.isArray(fields) || fields.length === 0 || fields.some((name) => typeof name !== 'string')) {
      throw mistake(`${at}.fields`, 'notListOfNames');
    }
    const joint = String(operator).toLowerCase();
    if (joint !== 'or' && joint !== 'and') throw mistake(`${at}.operator`, 'notOrOrAnd');
    return { any: fields.map((name: string) => words(name.replace(/\^[\d.]+$/, ''), query, joint, at)) };
  }

  function pattern(body: unknown, at: string, toPattern: (text: string) => string): SearchExpression {
    const [name, given] = onlyEntry(body, at);
    const place = `${at}.${name}`;
    const text = textOf(saidOf(given, 'value', place, ['case_insensitive']), place);
    const searched = searchedField(fieldOf(name), place, declared);
    if (searched === null) return { any: [] };
    if (searched.kind !== 'text') throw mistake(place, ['nameNotText', name]);
    return { field: searched.field, operator: 'MATCHES', values: [toPattern(text)] };
  }

  function exists(body: unknown, at: string): SearchExpression {
    const { field, ...others } = objectOf(body, at);
    requireNothingElse(others, at);
    if (typeof field !== 'string') throw mistake(`${at}.field`, 'notText');
    return condition(field, 'NOT_NULL', undefined, `${at}.field`);
  }

  function range(body: unknown, at: string): SearchExpression {
    const [name, given] = onlyEntry(body, at);
    const place = `${at}.${name}`;
    const { gte, lte, gt, lt, ...others } = objectOf(given, place);
    requireNothingElse(others, place);
    const ends = Object.entries({ gte, lte, gt, lt }).filter(([, value]) => value !== undefined && value !== null);
    if (ends.length === 0) throw mistake(place, 'rangeWithoutEnd');
    return {
      all: ends.map(([end, value]) => {
        const here = `${place}.${end}`;
        // A range without its end is what is not on the other side: `gt` a day is after all of it, `lt` before all of it.
        const known = condition(name, 'NOT_NULL', undefined, here);
        if (end === 'gt') return { all: [known, { not: condition(name, 'LESSER', value, here) }] };
        if (end === 'lt') return { all: [known, { not: condition(name, 'GREATER', value, here) }] };
        return condition(name, end === 'gte' ? 'GREATER' : 'LESSER', value, here);
      }),
    };
  }

  function isText(name: string, at: string): boolean {
    return searchedField(fieldOf(name), at, declared)?.kind === 'text';
  }

  const readers = {
    bool,
    term,
    terms,
    ids,
    match,
    match_phrase: matchPhrase,
    multi_match: multiMatch,
    prefix: (body: unknown, at: string) =>
      pattern(body, at, (text) => `${text.replaceAll(/[*?\\]/g, (letter) => `\\${letter}`)}*`),
    wildcard: (body: unknown, at: string) => pattern(body, at, (text) => text),
    exists,
    range,
    match_all: (body: unknown, at: string): SearchExpression => {
      requireNothingElse(objectOf(body, at), at);
      return { all: [] };
    },
    match_none: (body: unknown, at: string): SearchExpression => {
      requireNothingElse(objectOf(body, at), at);
      return { any: [] };
    },
  };

  const { query, ...others } = objectOf(given, 'searchQuery');
  if (query === undefined) return clause(given, 'searchQuery', 1);
  requireNothingElse(others, 'searchQuery');
  return clause(query, 'searchQuery.query', 1);
}

/** The field of an index: a `.keyword` subfield is the field itself, and custom data lies under its own name. */
function fieldOf(name: string): string {
  return name.replace(/\.keyword$/, '').replace(/^customData\./, '');
}

/** The value of a clause, given as it is or inside an object beside its options. */
function saidOf(given: unknown, key: string, at: string, options: readonly string[] = []): unknown {
  if (!isObject(given)) return given;
  const { [key]: value, boost: _, ...others } = given;
  for (const option of options) delete others[option];
  requireNothingElse(others, at);
  if (value === undefined) throw mistake(`${at}.${key}`, 'required');
  return value;
}

function textOf(value: unknown, at: string): string {
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const text = isScalar ? String(value) : '';
  if (text === '' || text.length > maxTextLength) throw mistake(at, ['notCharactersTo', maxTextLength]);
  return text;
}

function objectOf(given: unknown, at: string): Fields {
  if (!isObject(given)) throw mistake(at, 'notObject');
  return given;
}

/** The single key and value of an object: clauses, and what they say about a field, are objects with one key. */
function onlyEntry(given: unknown, at: string): [string, unknown] {
  const { boost: _, ...rest } = objectOf(given, at);
  const [entry, second] = Object.entries(rest);
  if (entry === undefined || second !== undefined) throw mistake(at, 'notObjectOfOneKey');
  return entry;
}

function requireNothingElse(others: Fields, at: string): void {
  const [name] = Object.keys(others).filter((key) => key !== 'boost');
  if (name !== undefined) throw new DomainError('unsupported_type', { field: `${at}.${name}`, reason: 'notServed' });
}

function isObject(given: unknown): given is Fields {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

function mistake(field: string, reason: Reason): DomainError {
  return new DomainError('invalid_argument', { field, reason });
}

/** Runs `work` so that its refusals name the place of the clause. In this language field, operator and value are one place. */
function namingClause<Result>(at: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof DomainError) throw new DomainError(error.code, { ...error.detail, field: at });
    throw error;
  }
}
