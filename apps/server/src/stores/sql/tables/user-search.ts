import { type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { PageBudget } from '../../../core/audit/store.ts';
import { inEveryCountry, looksLikePhone, phoneDigits } from '../../../core/identifiers/phone-number.ts';
import { readLogin } from '../../../core/users/identifiers.ts';
import type {
  CustomSearchField,
  SearchCondition,
  SearchExpression,
  SearchField,
  UserSearch,
} from '../../../core/users/search.ts';
import type { SqlEngine } from '../engine/engine.ts';
import type { Schema, UserTable } from '../engine/schema.ts';
import { createFirstOfMany } from '../reading/first-of-many.ts';
import { createPeopleWalk, type Place } from '../reading/people.ts';

type Expression = RawBuilder<unknown>;

/** Fields with a column of their own; the others are in the profile. */
const columns: Partial<Record<SearchField, keyof UserTable>> = {
  id: 'id',
  username: 'username_lower',
  email: 'email_lower',
  phone: 'phone',
  phoneCountryCode: 'phone_country_code',
  externalId: 'external_id',
  status: 'status',
  userSourceType: 'user_source_type',
  lastIp: 'last_ip',
  lastLoginApp: 'last_login_app',
  loginsCount: 'logins_count',
  passwordSecurityLevel: 'password_security_level',
  emailVerified: 'email_verified',
  phoneVerified: 'phone_verified',
  createdAt: 'created_at',
  signedUp: 'created_at',
  updatedAt: 'updated_at',
  lastLogin: 'last_login',
  statusChangedAt: 'status_changed_at',
  passwordLastSetAt: 'password_last_set_at',
};

/** One page of a pool's users, and how many there are in all. Null when the page would exceed the budget. */
export async function searchUsers(
  engine: SqlEngine,
  search: UserSearch,
  budget: PageBudget,
  countPeople: (userPoolId: string) => Promise<number>,
): Promise<{ rows: UserTable[]; totalCount: number } | null> {
  const { sort } = search;
  const filters = filtersOf(search, engine);
  if (search.conditions.some(isAnsweredByIndex)) return searchByIndex(engine, search, filters);
  const [first] = sort;
  if (first !== undefined && !(sort.length === 1 && isCreation(first.field))) {
    return searchSorted(engine, search, filters, budget);
  }
  const { userPoolId, offset, limit } = search;
  const selection = { userPoolId, filters, direction: first?.direction ?? 'desc' };
  const walk = createPeopleWalk(engine, selection, budget.looked);
  const rows: UserTable[] = [];
  let [counted, looked] = [0, 0];
  let after: Place | null = null;
  for (;;) {
    const isFilled = rows.length === limit;
    if (isFilled && (counted >= budget.counted || looked >= budget.lookedForCount)) break;
    const slice: Awaited<ReturnType<typeof walk.next>> = await walk.next(after);
    if (slice === null) return null;
    const count = await slice.count();
    if (!isFilled && counted + count > offset) {
      rows.push(...(await slice.rows(Math.max(0, offset - counted), limit - rows.length)));
    }
    counted += count;
    looked += slice.looked;
    if (slice.until === null) return { rows, totalCount: counted };
    after = slice.until;
  }
  const all = await countPeople(userPoolId);
  // Like the people who were looked at, so are the others likely to be.
  return { rows, totalCount: Math.max(counted, Math.round((counted * all) / looked)) };
}

export function filtersOf(
  { conditions, keywords }: Pick<UserSearch, 'conditions' | 'keywords'>,
  engine: SqlEngine,
): RawBuilder<SqlBool>[] {
  const held = conditions.map((condition) => expressed(condition, engine));
  if (keywords === null) return held;
  const anywhere = keywords.fields.map((field) => containsIn(field, keywords.text, engine));
  return [...held, sql<SqlBool>`(${sql.join(anywhere, sql` or `)})`];
}

const identifiers: SearchCondition['field'][] = ['id', 'username', 'email', 'phone', 'externalId'];

/** Whether the condition leaves few people by itself. */
function isAnsweredByIndex(condition: SearchExpression): boolean {
  if (!('operator' in condition)) return false;
  const { field, operator } = condition;
  return (operator === 'EQUAL' || operator === 'IN') && identifiers.includes(field);
}

const isCreation = (field: SearchField) => columns[field] === 'created_at';

async function searchByIndex(engine: SqlEngine, search: UserSearch, filters: RawBuilder<SqlBool>[]) {
  const matching = engine.db
    .selectFrom('users')
    .where('user_pool_id', '=', search.userPoolId)
    .where((where) => where.and(filters));
  const page = sorted(matching.selectAll(), search.sort, engine);
  const [rows, { total }] = await Promise.all([
    page.limit(search.limit).offset(search.offset).execute(),
    matching.select((select) => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ]);
  return { rows, totalCount: Number(total) };
}

function sorted<Row>(query: SelectQueryBuilder<Schema, 'users', Row>, sort: UserSearch['sort'], engine: SqlEngine) {
  const ordered = sort.reduce(
    (by, { field, direction }) =>
      by.orderBy(expressionOf(field, engine), (order) =>
        direction === 'asc' ? order.asc().nullsFirst() : order.desc().nullsLast(),
      ),
    query,
  );
  const [direction, last] =
    sort.length === 0 ? (['desc', ordered.orderBy('created_at', 'desc')] as const) : ['asc' as const, ordered];
  // Ties need an order of their own, or a row could be on two pages and another on none.
  return last.orderBy('id', direction);
}

/** No more places are kept in memory to find a page of a sorted list. */
const sortedAtMost = 100_000;

/** The first in the wanted order, of each slice and of them all: memory for one page and those before it. */
async function searchSorted(
  engine: SqlEngine,
  search: UserSearch,
  filters: RawBuilder<SqlBool>[],
  budget: PageBudget,
): Promise<{ rows: UserTable[]; totalCount: number } | null> {
  const { userPoolId, sort, offset, limit } = search;
  const wanted = offset + limit;
  if (wanted > sortedAtMost) return null;
  const walk = createPeopleWalk(engine, { userPoolId, filters, direction: 'desc' }, budget.looked);
  const first = createFirstOfMany<Sorted>(wanted, inOrderOf(sort));
  let totalCount = 0;
  let after: Place | null = null;
  for (;;) {
    const slice: Awaited<ReturnType<typeof walk.next>> = await walk.next(after);
    if (slice === null) return null;
    totalCount += await slice.count();
    const keys = sort.map(({ field }, index) => sql<Key>`${expressionOf(field, engine)}`.as(`key${index}`));
    const inOrder = sorted(slice.matching.select(['id', ...keys]), sort, engine).limit(wanted);
    for (const found of await slice.timed(() => inOrder.execute())) first.offer(found as Sorted);
    if (slice.until === null) break;
    after = slice.until;
  }
  const ids = first.takeBehind(offset).map(({ id }) => id);
  if (ids.length === 0) return { rows: [], totalCount };
  const rows = await engine.db.selectFrom('users').selectAll().where('id', 'in', ids).execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return { rows: ids.flatMap((id) => byId.get(id) ?? []), totalCount };
}

type Key = string | number | null;
type Sorted = { id: string } & Record<`key${number}`, Key>;

function inOrderOf(sort: UserSearch['sort']): (one: Sorted, other: Sorted) => number {
  const keys = sort.map(
    ({ direction }, index) => ({ name: `key${index}`, sign: direction === 'asc' ? 1 : -1 }) as const,
  );
  return (one, other) => {
    for (const { name, sign } of keys) {
      const order = byKey(one[name] ?? null, other[name] ?? null);
      if (order !== 0) return sign * order;
    }
    return byText(one.id, other.id);
  };
}

/** As the databases sort: nothing before everything, texts by their bytes. */
function byKey(one: Key, other: Key): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  return typeof one === 'number' && typeof other === 'number' ? one - other : byText(String(one), String(other));
}

/** By the bytes of UTF-8, which is by code point; nothing is copied for it, because long lists are compared on the thread that answers polls. */
function byText(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const [unit, otherUnit] = [one.charCodeAt(index), other.charCodeAt(index)];
    if (unit !== otherUnit) return byCodePoint(unit) - byCodePoint(otherUnit);
  }
  return one.length - other.length;
}

/** Halves of a pair stand for characters behind all others. */
function byCodePoint(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function expressionOf(field: SearchField, { jsonText }: SqlEngine): Expression {
  if (field === 'phone') return sql`coalesce(phone_e164, phone)`;
  const column = columns[field];
  if (column !== undefined) return sql.ref(column);
  const text = jsonText('profile', field);
  return field === 'gender' ? sql`coalesce(${text}, 'U')` : text;
}

const jsonTypes = { text: 'string', number: 'number', flag: 'boolean' } as const;

function customExpression(
  { customKey, kind }: CustomSearchField,
  operator: SearchCondition['operator'],
  engine: SqlEngine,
) {
  if (operator === 'IS_NULL' || operator === 'NOT_NULL') return engine.jsonText('custom_data', customKey);
  return kind === 'instant'
    ? engine.jsonInstant('custom_data', customKey)
    : engine.jsonScalar('custom_data', customKey, jsonTypes[kind]);
}

function expressed(expression: SearchExpression, engine: SqlEngine): RawBuilder<SqlBool> {
  const joined = (list: SearchExpression[], word: RawBuilder<unknown>, ofNone: RawBuilder<SqlBool>) =>
    list.length === 0
      ? ofNone
      : sql<SqlBool>`(${sql.join(
          list.map((item) => expressed(item, engine)),
          word,
        )})`;
  if ('all' in expression) return joined(expression.all, sql` and `, sql`(1 = 1)`);
  if ('any' in expression) return joined(expression.any, sql` or `, sql`(1 = 0)`);
  if ('not' in expression) return sql`(${expressed(expression.not, engine)} is not true)`;
  return conditionOf(expression, engine);
}

/** An identifier is asked for in any spelling, as at a sign-in; a phone also as answers have it, without its country. */
function isOneOf(field: 'username' | 'email' | 'phone', values: readonly string[]): RawBuilder<SqlBool> {
  const logins = values.map((value) => readLogin(value));
  const among = (column: keyof UserTable, forms: readonly string[]) =>
    sql<SqlBool>`${sql.ref(column)} in (${sql.join(forms)})`;
  switch (field) {
    case 'username':
      return sql<SqlBool>`(${among(
        'username_lower',
        logins.map(({ usernameAsTyped }) => usernameAsTyped),
      )} or ${among(
        'username_folded',
        logins.map(({ username }) => username),
      )})`;
    case 'email':
      return among('email_lower', [...logins.map(({ email }) => email), ...values.map((value) => value.toLowerCase())]);
    case 'phone': {
      const typed = logins.map(({ phoneAsTyped }) => phoneAsTyped);
      const forms = [...logins.flatMap(({ phone }) => phone ?? []), ...typed.flatMap(inEveryCountry)];
      return sql<SqlBool>`(${among('phone', typed)} or ${among('phone_e164', ['', ...forms])})`;
    }
  }
}

function conditionOf({ field, operator, values }: SearchCondition, engine: SqlEngine): RawBuilder<SqlBool> {
  const isIdentifier = field === 'username' || field === 'email' || field === 'phone';
  if (isIdentifier && (operator === 'EQUAL' || operator === 'IN' || operator === 'NOT_EQUAL')) {
    const isThat = isOneOf(field, values.map(String));
    return operator === 'NOT_EQUAL' ? sql`(${isThat} is not true)` : isThat;
  }
  const expression =
    typeof field === 'string' ? expressionOf(field, engine) : customExpression(field, operator, engine);
  // Kept in lower case, so asked in lower case.
  const isLower = field === 'username' || field === 'email';
  const operands = values.map((value) =>
    // A fraction is a number no row has, not a mistake: integer columns would refuse to be compared with it.
    typeof value === 'number' ? sql`cast(${value} as double precision)` : isLower ? value.toLowerCase() : value,
  );
  const [first, second] = operands;
  switch (operator) {
    case 'EQUAL':
      return sql`${expression} = ${first}`;
    case 'NOT_EQUAL':
      return sql`(${expression} is null or ${expression} <> ${first})`;
    case 'CONTAINS':
      return contains(expression, String(values[0]));
    case 'NOT_CONTAINS':
      return sql`(${expression} is null or not ${contains(expression, String(values[0]))})`;
    case 'IS_NULL':
      return sql`${expression} is null`;
    case 'NOT_NULL':
      return sql`${expression} is not null`;
    case 'IN':
      return sql`${expression} in (${sql.join(operands)})`;
    case 'GREATER':
      return sql`${expression} >= ${first}`;
    case 'LESSER':
      return sql`${expression} <= ${first}`;
    case 'BETWEEN':
      return sql`(${expression} between ${first} and ${second})`;
    case 'MATCHES':
      return likeAny(expression, String(values[0]), likePattern);
  }
}

/** Phones are kept without the spaces and hyphens that people write in them. */
function containsIn(field: SearchField, text: string, engine: SqlEngine): RawBuilder<SqlBool> {
  const isPhone = field === 'phone' && looksLikePhone(text);
  return contains(expressionOf(field, engine), isPhone ? phoneDigits(text) : text);
}

function contains(expression: Expression, text: string): RawBuilder<SqlBool> {
  return likeAny(expression, text, (part) => `%${asLike(part)}%`);
}

/** Looks for the text in lower case and with only its ASCII letters lowered: the stores' lower() leaves all other letters as they are. */
function likeAny(expression: Expression, text: string, toLike: (text: string) => string): RawBuilder<SqlBool> {
  const patterns = [text.toLowerCase(), asciiLower(text)].map(toLike);
  const matches = patterns.map((pattern) => sql`lower(${expression}) like ${pattern} escape '\\'`);
  return sql`(${sql.join(matches, sql` or `)})`;
}

function likePattern(pattern: string): string {
  return pattern.replaceAll(/\\(.)|./gsu, (letter, escaped?: string) => {
    if (escaped !== undefined) return asLike(escaped);
    if (letter === '*') return '%';
    return letter === '?' ? '_' : asLike(letter);
  });
}

function asLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
