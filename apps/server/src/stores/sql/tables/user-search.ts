import { type RawBuilder, type SqlBool, sql } from 'kysely';
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
import type { UserTable } from '../engine/schema.ts';

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

/** One page of a pool's users, and how many there are in all. */
export async function searchUsers(
  engine: SqlEngine,
  search: UserSearch,
): Promise<{ rows: UserTable[]; totalCount: number }> {
  const { keywords } = search;
  let matching = engine.db.selectFrom('users').where('user_pool_id', '=', search.userPoolId);
  for (const condition of search.conditions) matching = matching.where(expressed(condition, engine));
  if (keywords !== null) {
    const anywhere = keywords.fields.map((field) => containsIn(field, keywords.text, engine));
    matching = matching.where(sql<SqlBool>`(${sql.join(anywhere, sql` or `)})`);
  }
  let page = matching.selectAll();
  for (const { field, direction } of search.sort) {
    page = page.orderBy(expressionOf(field, engine), (by) =>
      direction === 'asc' ? by.asc().nullsFirst() : by.desc().nullsLast(),
    );
  }
  if (search.sort.length === 0) page = page.orderBy('created_at', 'desc');
  // Ties need an order of their own, or a row could be on two pages and another on none.
  page = page.orderBy('id').limit(search.limit).offset(search.offset);

  const [rows, { total }] = await Promise.all([
    page.execute(),
    matching.select((select) => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ]);
  return { rows, totalCount: Number(total) };
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
