import type { Kysely } from 'kysely';
import { readPhone } from '../../../../core/identifiers/phone-number.ts';
import { usernameKey, usernameSkeletons } from '../../../../core/identifiers/username.ts';
import { earlierPhoneSpellings, type Login, phoneOf } from '../../../../core/users/identifiers.ts';
import type { LoginField } from '../../../../core/users/store.ts';
import type { User } from '../../../../core/users/user.ts';
import type { Schema, UserTable } from '../../engine/schema.ts';

export type FoldedColumns = Pick<
  UserTable,
  'username_folded' | 'username_looks' | 'username_looks_cased' | 'phone_e164'
>;

export function foldedUsername(username: string | null): Omit<FoldedColumns, 'phone_e164'> {
  if (username === null) return { username_folded: null, username_looks: null, username_looks_cased: null };
  const [looks = null, cased = null] = usernameSkeletons(username);
  return { username_folded: usernameKey(username), username_looks: looks, username_looks_cased: cased };
}

export function foldedPhone({ phone, phoneCountryCode }: Pick<User, 'phone' | 'phoneCountryCode'>): string | null {
  const one = phoneOf({ phone, phoneCountryCode });
  return one !== null && readPhone(one, '') === one ? one : null;
}

/** Whether the folded columns are of this version of the row, not left behind by a release that does not know them. */
export function isFolded(row: Pick<UserTable, 'version' | 'folded_version'>): boolean {
  return row.folded_version === row.version;
}

/** Finds the rows that a login could mean, by indexes alone; `pick` decides between them. */
export function candidates(db: Kysely<Schema>, userPoolId: string, field: LoginField, login: Login) {
  const asks = (kind: LoginField) => field === kind || field === 'account';
  const phones = login.phone === null ? [] : [login.phone, ...earlierPhoneSpellings(login.phone)];
  return db
    .selectFrom('users')
    .selectAll()
    .where((where) => {
      // Each branch names the pool, so that SQLite uses an index for each and never reads the whole pool.
      const inPool = (
        column: 'username_lower' | 'username_folded' | 'email_lower' | 'phone' | 'phone_e164',
        forms: string[],
      ) => where.and([where('user_pool_id', '=', userPoolId), where(column, 'in', forms)]);
      return where.or([
        ...(asks('username')
          ? [inPool('username_lower', [login.usernameAsTyped]), inPool('username_folded', [login.username])]
          : []),
        ...(asks('email') ? [inPool('email_lower', [login.email])] : []),
        ...(asks('phone') ? [inPool('phone', [login.phoneAsTyped, ...phones])] : []),
        ...(asks('phone') && login.phone !== null ? [inPool('phone_e164', [login.phone])] : []),
      ]);
    });
}

/** Which row is meant, where two people registered one form before there was one: each is found by their own spelling. */
export function pick(rows: readonly UserTable[], field: LoginField, login: Login): UserTable | undefined {
  const find = (test: (row: UserTable) => boolean) => rows.find(test);
  const byUsername = () =>
    find((row) => row.username_lower === login.usernameAsTyped) ??
    find((row) => isFolded(row) && row.username_folded === login.username);
  const byEmail = () => find((row) => row.email_lower === login.email);
  const byPhone = () =>
    rows
      .filter((row) => login.phone !== null && (hasForm(row) ? row.phone_e164 : phoneOfRow(row)) === login.phone)
      .sort((one, other) => claimTo(other, login) - claimTo(one, login))[0] ??
    find((row) => row.phone === login.phoneAsTyped);
  switch (field) {
    case 'username':
      return byUsername();
    case 'email':
      return byEmail();
    case 'phone':
      return byPhone();
    case 'account':
      return byUsername() ?? byEmail() ?? byPhone();
  }
}

/** Ranks several people with one phone: who verified it comes first, then who typed it this way, then who has the form. */
function claimTo(row: UserTable, login: Login): number {
  return 4 * row.phone_verified + 2 * Number(row.phone === login.phoneAsTyped) + Number(hasForm(row));
}

/** People whose username could be taken for this one, and is not the same. */
export function lookAlikes(db: Kysely<Schema>, userPoolId: string, username: string) {
  const looks = usernameSkeletons(username);
  return db
    .selectFrom('users')
    .select(['id', 'username'])
    .where((where) => {
      const inPool = (column: 'username_looks' | 'username_looks_cased') =>
        where.and([where('user_pool_id', '=', userPoolId), where(column, 'in', looks)]);
      return where.or([inPool('username_looks'), inPool('username_looks_cased')]);
    })
    .where('username_folded', '<>', usernameKey(username));
}

export function phoneOfRow(row: Pick<UserTable, 'phone' | 'phone_country_code'>): string | null {
  return phoneOf({ phone: row.phone, phoneCountryCode: row.phone_country_code });
}

/** Whether the row's phone is known by its one form. */
export function hasForm(row: UserTable): boolean {
  return isFolded(row) && row.phone_e164 !== null;
}
