import type { Clock, Secrets } from '../../ground/ports.ts';
import { type Kept, liveSecrets } from './kept.ts';
import type { SecretHistory, SecretHolder } from './secret-history.ts';

/** Only people look at it, so the same secret is written down at most this often by a node. */
const notedAfterMs = 60_000;

export type SecretProof = Pick<SecretUses, 'proves'>;

/** Compares secrets with those that are live, and notes which one was used. */
export function createSecretUses(parts: {
  secretHistory: Pick<SecretHistory, 'noteUse'>;
  secrets: Pick<Secrets, 'equal' | 'hash'>;
  clock: Clock;
}) {
  const { secretHistory, secrets, clock } = parts;
  /** Holders with what they used last: no more entries than there are pools and applications, and their overlaps. */
  const noted = new Map<string, number>();
  const underWay = new Set<Promise<void>>();

  function note(holder: SecretHolder, secret: string): void {
    const now = clock.now();
    const key = `${holder.kind}:${holder.id}:${secrets.hash(secret)}`;
    if (now - (noted.get(key) ?? 0) < notedAfterMs) return;
    noted.set(key, now);
    // Nobody waits for it, and a store that is gone is told by whatever needs it more.
    const writing = secretHistory
      .noteUse(holder, secret, now)
      .catch(() => {})
      .finally(() => underWay.delete(writing));
    underWay.add(writing);
  }

  return {
    /** Whether one of the offered texts is a secret that works now. */
    proves(
      kind: SecretHolder['kind'],
      holder: { id: string; secret: string } & Pick<Kept, 'olderSecrets'>,
      ...offered: string[]
    ): boolean {
      const found = liveSecrets(holder, clock.now()).filter((secret) =>
        offered.some((text) => secrets.equal(text, secret)),
      );
      for (const secret of found) note({ kind, id: holder.id }, secret);
      return found.length > 0;
    },
    note,
    /** Resolves when what was noted is written. */
    async settle(): Promise<void> {
      await Promise.all(underWay);
    },
  };
}

export type SecretUses = ReturnType<typeof createSecretUses>;
