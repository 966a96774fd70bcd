import { repeatGraceMs, type UseStore } from '../ground/honest-repeat.ts';
import type { PasswordHasher, Secrets } from '../ground/ports.ts';
import type { User } from '../users/user.ts';

/** New passwords of a moment ago: whoever set one and lost the reply asks again, and nothing is changed twice. */
export function createPasswordRepeats(parts: {
  uses: UseStore;
  passwords: Pick<PasswordHasher, 'verify'>;
  secrets: Pick<Secrets, 'hash'>;
}) {
  const { uses, passwords, secrets } = parts;

  /** Told before the user is stored: afterwards the server may die. */
  async function announce({ id, passwordLastSetAt }: User, by: string): Promise<void> {
    if (passwordLastSetAt !== null) await uses.remember(nameOf(id, passwordLastSetAt), { by, at: passwordLastSetAt });
  }

  /** Which password this very caller set a moment ago: this one or another; null when somebody else set the one that stands, or earlier. */
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
