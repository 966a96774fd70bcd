import { repeatGraceMs, type UseStore } from '../ground/honest-repeat.ts';
import type { PasswordHasher, Secrets } from '../ground/ports.ts';
import type { User } from '../users/user.ts';

/** Remembers new passwords of a moment ago: a caller that set one and lost the reply asks again, and nothing is changed twice. */
export function createPasswordRepeats(parts: {
  uses: UseStore;
  passwords: Pick<PasswordHasher, 'verify'>;
  secrets: Pick<Secrets, 'hash'>;
}) {
  const { uses, passwords, secrets } = parts;

  /** Remembers who sets the password. Called before the user is stored, since the server may die right after that. */
  async function announce({ id, passwordLastSetAt }: User, by: string): Promise<void> {
    if (passwordLastSetAt !== null) await uses.remember(nameOf(id, passwordLastSetAt), { by, at: passwordLastSetAt });
  }

  /** Whether this caller set the present password a moment ago, to this or another one; null when it did not. */
  async function setBefore(user: User, password: string, by: string, now: number): Promise<'same' | 'other' | null> {
    const { id, passwordHash, passwordLastSetAt } = user;
    if (passwordHash === null || passwordLastSetAt === null || now - passwordLastSetAt > repeatGraceMs) return null;
    if (!(await uses.isRepeat(nameOf(id, passwordLastSetAt), { by, at: now }))) return null;
    return (await passwords.verify(password, passwordHash)).matches ? 'same' : 'other';
  }

  function nameOf(userId: string, setAt: number): string {
    return secrets.hash(JSON.stringify(['password-set', userId, setAt]));
  }

  return { announce, setBefore };
}
