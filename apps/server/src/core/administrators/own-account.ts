import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, PasswordHasher, Secrets } from '../ground/ports.ts';
import { freshProofSeconds } from '../management/roles.ts';
import { checkPassword } from '../users/password-policy.ts';
import type { Account } from './account.ts';
import { administratorEvent, type ConsoleCaller } from './console-caller.ts';
import { type ConsoleLoginKeeper, freshUntil, type Proved, stepOf } from './console-logins.ts';
import { recoveryHash } from './sign-in.ts';
import type { AdministratorStore, ConsoleLoginStore } from './store.ts';
import type { TotpCodes } from './totp.ts';

const recoveryCodes = 10;
/** Letters and digits without regard to case: 62 bits. */
const recoveryCodeLength = 12;

/** What administrators do with their own account. */
export function createOwnConsoleAccount(parts: {
  administrators: AdministratorStore;
  consoleLogins: ConsoleLoginStore;
  keeper: ConsoleLoginKeeper;
  passwords: Pick<PasswordHasher, 'hash'>;
  totpCodes: TotpCodes;
  secrets: Secrets;
  clock: Clock;
}) {
  const { administrators, consoleLogins, keeper, passwords, totpCodes, secrets, clock } = parts;

  /** @throws DomainError fresh_proof_required */
  function requireFresh({ login }: ConsoleCaller): void {
    if (freshUntil(login) > clock.now()) return;
    throw new DomainError('fresh_proof_required', { next: { maxAge: freshProofSeconds } });
  }

  /** @throws DomainError administrator_changed */
  async function stored(...given: Parameters<AdministratorStore['write']>): Promise<void> {
    if ((await administrators.write(...given)) !== 'stored') throw new DomainError('administrator_changed');
  }

  async function update(
    who: ConsoleCaller,
    changes: Partial<Pick<Account, 'name' | 'language' | 'theme'>>,
    caller: Caller,
  ) {
    const next = { ...who.account, ...changes, version: who.account.version + 1 };
    const isNamed = next.name !== who.account.name;
    const event = administratorEvent(secrets, 'administrator.changed', who, caller, { name: next.name });
    await stored(next, {}, isNamed ? event : null);
    return { ...who, account: next };
  }

  /** Every other login ends. @throws DomainError fresh_proof_required, password_too_weak */
  async function changePassword(who: ConsoleCaller, password: string, caller: Caller): Promise<Proved> {
    requireFresh(who);
    const { account } = who;
    checkPassword(password, 'newPassword', [account.signInName, account.name, account.email]);
    const next = { ...account, passwordHash: await passwords.hash(password), version: account.version + 1 };
    const event = administratorEvent(secrets, 'administrator.password_changed', who, caller);
    await stored(next, { endsLogins: { except: who.login.id } }, event);
    return keeper.prove({ ...who, account: next }, { passwordAt: clock.now() }, null);
  }

  /** A secret for an authenticator: it counts once a code of it was shown. @throws DomainError fresh_proof_required */
  async function beginTotp(who: ConsoleCaller) {
    if (stepOf(who) === 'secondFactor') throw new DomainError('not_signed_in');
    if (stepOf(who) === 'done') requireFresh(who);
    const secret = totpCodes.newSecret();
    await stored({ ...who.account, pendingTotpSecret: secret, version: who.account.version + 1 }, {}, null);
    return { secret, uri: totpCodes.uri(secret, who.account.signInName) };
  }

  /** Finishes a first sign-in too. Every other login ends. @throws DomainError wrong_credentials, not_signed_in, fresh_proof_required */
  async function confirmTotp(who: ConsoleCaller, code: string, caller: Caller) {
    if (stepOf(who) === 'secondFactor') throw new DomainError('not_signed_in');
    if (stepOf(who) === 'done') requireFresh(who);
    const { account } = who;
    const { pendingTotpSecret: totpSecret } = account;
    const totpStep = totpSecret === null ? null : totpCodes.stepOf(totpSecret, code, clock.now());
    if (totpSecret === null || totpStep === null) throw new DomainError('wrong_credentials', { field: 'totp' });
    const { codes, hashes: recoveryHashes } = drawRecoveryCodes();
    const version = account.version + 1;
    const next: Account = { ...account, totpSecret, pendingTotpSecret: null, totpStep, recoveryHashes, version };
    const event = administratorEvent(secrets, 'administrator.second_factor_changed', who, caller);
    await stored(next, { endsLogins: { except: who.login.id } }, event);
    const type = who.login.secondFactorAt === null ? 'administrator.signed_in' : 'administrator.proved_again';
    const proof = { secondFactorAt: clock.now() };
    const proved = await keeper.prove({ ...who, account: next }, proof, { type, caller, detail: { way: 'totp' } });
    return { proved, codes };
  }

  /** Those of before work no more. @throws DomainError fresh_proof_required */
  async function renewRecoveryCodes(who: ConsoleCaller, caller: Caller): Promise<string[]> {
    requireFresh(who);
    const { codes, hashes: recoveryHashes } = drawRecoveryCodes();
    const event = administratorEvent(secrets, 'administrator.second_factor_changed', who, caller, {
      what: 'recovery_codes',
    });
    await stored({ ...who.account, recoveryHashes, version: who.account.version + 1 }, {}, event);
    return codes;
  }

  function drawRecoveryCodes() {
    const codes = Array.from({ length: recoveryCodes }, () => secrets.randomId(recoveryCodeLength).toLowerCase());
    return {
      codes: codes.map((code) => code.replace(/(.{4})(?=.)/g, '$1-')),
      hashes: codes.map((code) => recoveryHash(secrets, code)),
    };
  }

  const logins = ({ account }: ConsoleCaller) => consoleLogins.list(account.id);

  function endLogins(
    { account, login }: ConsoleCaller,
    ids: readonly string[] | null,
    caller: Caller,
  ): Promise<number> {
    const event = administratorEvent(secrets, 'administrator.logins_ended', { account, login }, caller);
    return consoleLogins.end(account.id, ids === null ? { except: login.id } : { ids }, event);
  }

  async function signOut({ account, login }: ConsoleCaller, caller: Caller): Promise<void> {
    const event = administratorEvent(secrets, 'administrator.signed_out', { account, login }, caller);
    await consoleLogins.end(account.id, { ids: [login.id] }, event);
  }

  return {
    requireFresh,
    update,
    changePassword,
    beginTotp,
    confirmTotp,
    renewRecoveryCodes,
    logins,
    endLogins,
    signOut,
  };
}
