import type { Directory } from '../../directory/directory.ts';
import type { Caller } from '../../ground/caller.ts';
import { DomainError } from '../../ground/errors.ts';
import type { Clock, PasswordHasher, Secrets } from '../../ground/ports.ts';
import { parseEmail } from '../../identifiers/email-address.ts';
import { phoneCountryCodeOf } from '../../identifiers/phone-country.ts';
import { parsePhone, parsePhoneCountryCode } from '../../identifiers/phone-number.ts';
import { parseUsername, usernameKey } from '../../identifiers/username.ts';
import type { CustomField } from '../../users/custom/custom-fields.ts';
import { parseExternalId } from '../../users/identifiers.ts';
import { requireNoLookAlike } from '../../users/look-alikes.ts';
import { newUser } from '../../users/new-user.ts';
import { checkPassword, passwordSecurityLevel } from '../../users/password-policy.ts';
import type { UserStore } from '../../users/store.ts';
import type { User } from '../../users/user.ts';
import type { Administrator } from '../administrator.ts';
import { chosenId } from '../chosen-id.ts';
import { managementEvent } from '../event.ts';
import { withChanges } from '../users.ts';
import { administratorOf, type Refusal, type StagedRow, type UserImport } from './import.ts';
import { findMatch, type Identifiers } from './matching.ts';
import { type PersonOfRow, personOfRow } from './person-of-row.ts';
import type { Person, UserImportStore } from './store.ts';

/** What some rows come to, and of which row each person is. */
export interface Judged {
  people: (Person & { row: number })[];
  unchanged: number;
  refusals: Refusal[];
  seen: { key: string; line: number }[];
}

/** Decides what a row does: makes somebody, changes somebody, nothing, or why it is refused. It writes nothing. */
export function createRowJudge(parts: {
  users: Pick<UserStore, 'findMany' | 'findByLogin' | 'findLookAlikes' | 'isIdUsed'>;
  imports: Pick<UserImportStore, 'seen'>;
  passwords: PasswordHasher;
  directory: Directory;
  secrets: Secrets;
  clock: Clock;
  giveWay(): Promise<void>;
}) {
  const { users, imports, directory, secrets, clock, giveWay } = parts;

  /** @throws DomainError too_many_requests, which is about the moment and not about a row */
  async function judge(of: UserImport, rows: readonly StagedRow[], declared: readonly CustomField[]): Promise<Judged> {
    const countryCode = phoneCountryCodeOf(directory, of.userPoolId);
    const judged: Judged = { people: [], unchanged: 0, refusals: [], seen: [] };
    const read = rows.map((row) => readRow(row, declared, countryCode));
    const keys = read.flatMap((row) => ('keys' in row ? row.keys.map(({ key }) => key) : []));
    const seen = await imports.seen(of.id, keys);
    for (const row of read) {
      await giveWay();
      if (row.refusal !== undefined) {
        judged.refusals.push(row.refusal);
        continue;
      }
      const { line } = row;
      try {
        const known = row.keys.find(({ key }) => seen.has(key));
        if (known !== undefined) {
          const reason = ['sameAsLine', seen.get(known.key) ?? 0] as ['sameAsLine', number];
          throw new DomainError('user_exists', { field: known.field, reason });
        }
        const person = await personFor(of, row.person, row.identifiers, countryCode);
        if (person === null) judged.unchanged += 1;
        else judged.people.push({ ...person, row: row.row });
      } catch (error) {
        judged.refusals.push(refusalOf(row, error));
        continue;
      }
      for (const { key } of row.keys) {
        seen.set(key, line);
        judged.seen.push({ key, line });
      }
    }
    return judged;
  }

  function readRow(row: StagedRow, declared: readonly CustomField[], countryCode: string) {
    const place = { row: row.row, line: row.line };
    if ('mistake' in row) {
      return { refusal: { ...place, field: null, code: 'invalid_argument', reason: row.mistake } satisfies Refusal };
    }
    try {
      const person = personOfRow(row.values, declared);
      const identifiers = identifiersOf(person, countryCode);
      return { ...place, person, identifiers, keys: keysOf(identifiers) };
    } catch (error) {
      return { refusal: refusalOf(place, error) };
    }
  }

  function keysOf({ username, email, ...others }: Identifiers) {
    const folded = { ...others, username: username && usernameKey(username), email: email?.toLowerCase() };
    return Object.entries(folded).flatMap(([field, value]) =>
      value === undefined ? [] : [{ field, key: secrets.hash(`${field}:${value}`).slice(0, 22) }],
    );
  }

  /** Null where the person is as the row says. */
  async function personFor(of: UserImport, row: PersonOfRow, identifiers: Identifiers, countryCode: string) {
    const match = await findMatch(row, identifiers, of, users, countryCode);
    const { password } = row;
    if (of.passwords === 'hashes' && password !== undefined && !parts.passwords.isHash(password)) {
      throw new DomainError('invalid_argument', { field: 'password', reason: 'notPasswordHash' });
    }
    return match === null ? created(of, row, countryCode) : changed(of, match, row, countryCode);
  }

  async function created(of: UserImport, row: PersonOfRow, countryCode: string): Promise<Person> {
    const { userId, password, ...rest } = row;
    const isHash = of.passwords === 'hashes';
    const user = await newUser(
      {
        ...rest,
        id: userId === undefined ? undefined : chosenId(administratorOf(of), userId, directory),
        phoneCountryCode: rest.phoneCountryCode ?? countryCode,
        userPoolId: of.userPoolId,
        userSourceType: 'excel',
        ...(isHash ? { passwordHash: password } : { password }),
      },
      { secrets, clock, passwords: hasherFor(of) },
    );
    await requireNoLookAlike(users, user, 'operator');
    return { kind: 'created', user, event: event('admin.user_created', of, user.id), end: null };
  }

  async function changed(of: UserImport, match: User, row: PersonOfRow, countryCode: string): Promise<Person | null> {
    const { userId: _, password, resetPasswordOnNextLogin = match.resetPasswordOnNextLogin, ...changes } = row;
    const now = clock.now();
    if (changes.username !== undefined && changes.username !== match.username) {
      await requireNoLookAlike(users, { ...match, username: parseUsername(changes.username) }, 'operator');
    }
    const next: User = {
      ...withChanges(match, changes, now, countryCode),
      resetPasswordOnNextLogin,
      // A password that is there was chosen later than the file was made, or hashed anew since the last import.
      ...(password === undefined || match.passwordHash !== null ? {} : await withPassword(of, match, password, now)),
    };
    const asBefore = { ...next, updatedAt: match.updatedAt, version: match.version };
    if (JSON.stringify(asBefore) === JSON.stringify(match)) return null;
    const fields = Object.keys({ ...changes, ...changes.profile }).filter((name) => name !== 'profile');
    const isEnded = next.status !== 'Activated' && next.status !== match.status;
    return {
      kind: 'changed',
      user: next,
      event: event('admin.user_updated', of, match.id, { fields: fields.join(' ').slice(0, 512) }),
      end: isEnded ? { at: now, event: event('session.revoked', of, match.id, { reason: 'status_changed' }) } : null,
    };
  }

  async function withPassword(of: UserImport, match: User, password: string, now: number): Promise<Partial<User>> {
    if (of.passwords === 'hashes') {
      return { passwordHash: password, passwordLastSetAt: now, passwordSecurityLevel: 1 };
    }
    checkPassword(password, 'password', [match.username, match.email, match.phone]);
    const passwordHash = await hasherFor(of).hash(password);
    return { passwordHash, passwordLastSetAt: now, passwordSecurityLevel: passwordSecurityLevel(password) };
  }

  /** A dry run makes no hashes: they are what takes long. */
  function hasherFor({ isDryRun }: UserImport): Pick<PasswordHasher, 'hash'> {
    return isDryRun ? { hash: async () => '' } : parts.passwords;
  }

  function event(
    type: 'admin.user_created' | 'admin.user_updated' | 'session.revoked',
    of: UserImport,
    userId: string,
    detail: Record<string, string> = {},
  ) {
    const [admin, caller]: [Administrator, Caller] = [administratorOf(of), of.caller];
    return managementEvent(secrets, type, admin, caller, { userId, detail: { importId: of.id, ...detail } });
  }

  return judge;
}

function identifiersOf(row: PersonOfRow, countryCode: string): Identifiers {
  const { userId, username, email, phone, externalId, phoneCountryCode } = row;
  return {
    ...(userId !== undefined && { userId }),
    ...(username !== undefined && { username: parseUsername(username) }),
    ...(email !== undefined && { email: parseEmail(email) }),
    ...(phone !== undefined && {
      phone: parsePhone(phone, phoneCountryCode ? parsePhoneCountryCode(phoneCountryCode) : countryCode),
    }),
    ...(externalId !== undefined && { externalId: parseExternalId(externalId) }),
  };
}

/** @throws what says nothing about the row */
export function refusalOf({ row, line }: Pick<Refusal, 'row' | 'line'>, error: unknown): Refusal {
  if (!(error instanceof DomainError) || error.code === 'too_many_requests') throw error;
  const { field = null, reason = null } = error.detail;
  return { row, line, field, code: error.code, reason };
}
