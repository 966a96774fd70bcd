import { argon2Sync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DomainError } from '../ground/errors.ts';
import type { User } from '../users/user.ts';
import { caller, goodPassword, openPeople, type People } from './testing.ts';

let people: People;
let alice: User;
beforeEach(async () => {
  people = await openPeople();
  alice = await people.addUser({
    username: 'Alice',
    email: 'alice@example.com',
    emailVerified: true,
    phone: '+8613800000001',
    phoneVerified: true,
  });
});
afterEach(() => people.close());

const auditOf = (type: string) => people.audit.list({ type, limit: 50 });

async function refused(work: Promise<unknown>): Promise<DomainError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DomainError)) throw new Error(`expected a refusal, got ${String(error)}`);
  return error;
}

async function failTimes(count: number, identifier: string): Promise<void> {
  for (let index = 0; index < count; index++) {
    expect((await refused(people.enter(identifier, `wrong ${index}`))).code).toBe('wrong_credentials');
  }
}

describe('a right password', () => {
  it.each([
    ['account', 'Alice'],
    ['account', 'aLICE'],
    ['account', 'Alice@Example.com'],
    ['account', '+8613800000001'],
    ['account', '+86 138-0000-0001'],
    ['username', 'alice'],
    ['email', 'ALICE@example.com'],
    ['email', ' alice@example.com '],
    ['phone', '+8613800000001'],
  ] as const)('signs in by %s %s', async (field, identifier) => {
    const { user } = await people.enter(identifier, goodPassword, field);
    expect(user.id).toBe(alice.id);
  });

  it.each([
    ['username', 'alice@example.com'],
    ['email', 'Alice'],
    ['phone', 'Alice'],
  ] as const)('does not sign in by %s with another kind of name', async (field, identifier) => {
    expect((await refused(people.enter(identifier, goodPassword, field))).code).toBe('wrong_credentials');
  });

  it('opens a login session that the access token stands for', async () => {
    const { tokenSet, loginSession } = await people.enter('alice');
    expect(loginSession).toMatchObject({ userId: alice.id, amr: ['pwd'], parentId: null, ip: '192.0.2.1' });
    const signedIn = await people.tokens.authenticate(tokenSet.accessToken, 'readProfile');
    expect(signedIn.loginSession.id).toBe(loginSession.id);
    expect(tokenSet.refreshToken).toBeNull();
    expect(await auditOf('session.created')).toMatchObject([{ userId: alice.id, loginSessionId: loginSession.id }]);
  });

  it('stores a refresh token only as a hash, when it was asked for', async () => {
    const { tokenSet } = await people.enter('alice', goodPassword, 'account', 'openid offline_access');
    const row = await people.refreshTokens.find(people.secrets.hash(tokenSet.refreshToken ?? ''));
    expect(row).toMatchObject({ userId: alice.id, rotatedAt: null });
  });

  it('counts the login', async () => {
    await people.enter('alice');
    people.pass(60);
    await people.enter('alice');
    expect(await people.users.find(alice.id)).toMatchObject({
      loginsCount: 2,
      lastLogin: people.clock.now(),
      lastIp: '192.0.2.1',
      lastLoginApp: 'phone',
    });
  });

  it('lifts a hash made with older parameters, and leaves the password age alone', async () => {
    const weakHash = argon2Sync('argon2id', {
      message: goodPassword,
      nonce: Buffer.alloc(16, 1),
      parallelism: 1,
      tagLength: 32,
      memory: 8192,
      passes: 2,
    });
    const b64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    const passwordHash = `$argon2id$v=19$m=8192,t=2,p=1$${b64(Buffer.alloc(16, 1))}$${b64(weakHash)}`;
    await people.users.update({ ...alice, passwordHash, version: alice.version + 1 }, null);
    await people.enter('alice');
    const after = await people.users.find(alice.id);
    expect(after?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,/);
    expect(after?.passwordLastSetAt).toBe(alice.passwordLastSetAt);
    await people.enter('alice');
  });

  it('works for twenty sign-ins at once', async () => {
    const entered = await Promise.all(Array.from({ length: 20 }, () => people.enter('alice')));
    expect(new Set(entered.map(({ loginSession }) => loginSession.id)).size).toBe(20);
  });
});

describe('a wrong password or an unknown name', () => {
  it('gets one answer, and the same work is done for both', async () => {
    const wrong = await refused(people.enter('alice', 'not the password'));
    expect(people.hashing).toEqual({ verified: 1, wasted: 0 });
    const unknown = await refused(people.enter('nobody', 'not the password'));
    expect(people.hashing).toEqual({ verified: 1, wasted: 1 });
    expect([wrong.code, wrong.detail]).toEqual([unknown.code, unknown.detail]);
    expect(wrong.code).toBe('wrong_credentials');
  });

  it('wastes the same time on people without a password', async () => {
    await people.addUser({ username: 'keyless', password: null });
    expect((await refused(people.enter('keyless', 'anything'))).code).toBe('wrong_credentials');
    expect(people.hashing).toEqual({ verified: 0, wasted: 1 });
  });

  it('finds nobody of another pool', async () => {
    await people.addUser({ username: 'bob', userPoolId: 'pool2' });
    expect((await refused(people.enter('bob'))).code).toBe('wrong_credentials');
  });

  it('is recorded without the text that was typed', async () => {
    await refused(people.enter('my secret typed in the wrong box', 'wrong'));
    const [event] = await auditOf('user.sign_in_failed');
    expect(event).toMatchObject({ userPoolId: 'pool1', applicationId: 'phone', userId: null, ip: '192.0.2.1' });
    expect(JSON.stringify(event)).not.toContain('secret typed');
    expect(event?.detail.accountHash).toMatch(/^[\w-]{43}$/);
  });

  it('leaves no login session', async () => {
    await refused(people.enter('alice', 'wrong'));
    expect(await auditOf('session.created')).toEqual([]);
  });
});

describe('after five failures', () => {
  it.each(['alice', 'nobody'])('%s waits 30 s, then longer, without any hashing meanwhile', async (identifier) => {
    await failTimes(5, identifier);
    const hashed = { ...people.hashing };
    const locked = await refused(people.enter(identifier));
    expect(locked).toMatchObject({ code: 'account_locked', detail: { retryAfterSeconds: 30 } });
    expect(people.hashing).toEqual(hashed);

    people.pass(30);
    await failTimes(1, identifier);
    expect((await refused(people.enter(identifier))).detail.retryAfterSeconds).toBe(60);
  });

  it('being refused meanwhile does not make the wait longer', async () => {
    await failTimes(5, 'alice');
    for (let index = 0; index < 20; index++) await refused(people.enter('alice', 'wrong'));
    people.pass(30);
    await expect(people.enter('alice')).resolves.toBeDefined();
  });

  it('the right password clears the count', async () => {
    await failTimes(4, 'alice');
    await people.enter('alice');
    await failTimes(4, 'alice');
    await people.enter('alice');
  });

  it('the wait holds under every name of the person, in any case', async () => {
    await failTimes(3, 'ALICE');
    await failTimes(2, 'alice@example.com');
    for (const name of ['alice', 'Alice@Example.com', '+8613800000001']) {
      expect((await refused(people.enter(name))).code).toBe('account_locked');
    }
  });

  it('nobody else waits', async () => {
    await people.addUser({ username: 'bob' });
    await failTimes(5, 'alice');
    await expect(people.enter('bob')).resolves.toBeDefined();
  });

  it('a stranger who fails on purpose does not make the person wait at the address where they last signed in', async () => {
    await people.enter('alice');
    const from = (ip: string, password: string) =>
      people.signIn.withPassword({
        application: people.application,
        field: 'account',
        identifier: 'alice',
        password,
        scope: 'openid profile',
        caller: { ...caller, ip },
      });
    for (let index = 0; index < 5; index++) {
      expect((await refused(from('203.0.113.66', `wrong ${index}`))).code).toBe('wrong_credentials');
    }
    expect((await refused(from('203.0.113.66', goodPassword))).code).toBe('account_locked');
    expect((await people.enter('alice')).user.id).toBe(alice.id);
    // The person's login gives the stranger no fresh start, and guesses from the person's own address are counted as well.
    expect((await refused(from('203.0.113.66', goodPassword))).code).toBe('account_locked');
    await failTimes(5, 'alice');
    expect((await refused(people.enter('alice'))).code).toBe('account_locked');
  });

  it('is forgotten after a day', async () => {
    await failTimes(4, 'alice');
    people.pass(86_401);
    await failTimes(4, 'alice');
    await people.enter('alice');
  });

  it('cannot be outrun by guessing in parallel', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 30 }, (_, index) => refused(people.enter('alice', `guess ${index}`))),
    );
    const codes = guesses.map(({ code }) => code);
    expect(codes.filter((code) => code === 'wrong_credentials')).toHaveLength(5);
    expect(codes.filter((code) => code === 'account_locked')).toHaveLength(25);
    expect(people.hashing.verified).toBe(5);
  });
});

describe('an account that is not active', () => {
  beforeEach(async () => {
    await people.users.update({ ...alice, status: 'Suspended', version: alice.version + 1 }, null);
  });

  it('is told so only after the right password', async () => {
    expect((await refused(people.enter('alice', 'wrong'))).code).toBe('wrong_credentials');
    expect((await refused(people.enter('alice'))).code).toBe('user_suspended');
    expect(await auditOf('session.created')).toEqual([]);
  });
});

it('a sign-in that races a password change leaves no login behind', async () => {
  const { verify } = people.passwords;
  people.passwords.verify = async (password, stored) => {
    const verdict = await verify(password, stored);
    const now = people.clock.now() + 1;
    await people.users.update({ ...alice, passwordLastSetAt: now, version: alice.version + 1 }, null);
    return verdict;
  };
  expect((await refused(people.enter('alice'))).code).toBe('wrong_credentials');
  const [opened] = await auditOf('session.created');
  const session = await people.loginSessions.find(opened?.loginSessionId ?? '');
  expect(session?.revokedAt).not.toBeNull();
});
