import type { Logger } from 'pino';
import { newEvent } from './core/audit/event.ts';
import type { Directory } from './core/pools/directory.ts';
import type { Secrets } from './core/ports.ts';
import type { IdentifierConflict, IdentifierFolding } from './core/users/identifier-conflict.ts';
import { startRepeating } from './repeating.ts';

const batchSize = 200;
const intervalMs = 5_000;

/**
 * Brings the identifiers of people that earlier releases wrote to one form: those of before the upgrade at the start, those that a
 * node of an earlier release still writes every few seconds. Until its turn comes a row is found by what it was written with.
 */
export async function startIdentifierFolding(parts: {
  folding: IdentifierFolding;
  directory: Pick<Directory, 'findPool'>;
  secrets: Pick<Secrets, 'randomToken'>;
  log: Logger;
}): Promise<{ stop(): Promise<void> }> {
  const { folding, directory, secrets, log } = parts;
  let isStopped = false;

  async function foldAll(): Promise<void> {
    let total = 0;
    while (!isStopped) {
      const { folded, conflicts } = await folding.foldSome(batchSize, { countryCodeOf, eventOf });
      total += folded;
      for (const conflict of conflicts) log.warn(conflict, sentences[conflict.kind]);
      if (folded < batchSize) break;
    }
    if (total > 0) log.info({ people: total }, 'identifiers of people written by an earlier release have one form now');
  }

  function countryCodeOf(userPoolId: string): string {
    return phoneCountryCodeOf(directory.findPool(userPoolId));
  }

  function eventOf({ userPoolId, userId, otherUserId, field, kind }: IdentifierConflict) {
    return newEvent(secrets, 'user.identifier_conflict', { userPoolId, userId, detail: { field, kind, otherUserId } });
  }

  const onFailure = (error: unknown) =>
    log.warn({ err: error }, 'could not bring identifiers to one form; trying again soon');
  const repeating = startRepeating({ intervalMs, work: foldAll, onFailure });
  return {
    async stop() {
      isStopped = true;
      await repeating.stop();
    },
  };
}

const sentences = {
  sameForm:
    'two people have identifiers of the same form; they stay two, and userId signs in by the spelling written before: change or delete one',
  looksAlike: 'the usernames of two people look alike; both stay: see whether one poses as the other',
} as const;
