import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { newEvent } from '../core/audit/event.ts';
import type { Secrets } from '../core/ground/ports.ts';
import { type PhoneCountries, phoneCountryCodeOf } from '../core/identifiers/phone-country.ts';
import type { IdentifierConflict, IdentifierFolding } from '../core/users/identifier-conflict.ts';
import { startRepeating } from './repeating.ts';

const batchSize = 200;
const intervalMs = 5_000;
/** The pause between two batches, because logins go first. */
const pauseMs = 20;

/**
 * Brings identifiers of earlier releases to their one form: older rows at the start, those of older nodes every few seconds. Until then a
 * row is found by its old spelling.
 */
export async function startIdentifierFolding(parts: {
  folding: IdentifierFolding;
  directory: PhoneCountries;
  secrets: Pick<Secrets, 'randomToken'>;
  log: Logger;
}): Promise<{ stop(): Promise<void> }> {
  const { folding, directory, secrets, log } = parts;
  let isStopped = false;

  /** Folds one batch; true when there may be more to fold. */
  async function foldOnce(): Promise<boolean> {
    const { folded, conflicts } = await folding.foldSome(batchSize, { countryCodeOf, eventOf });
    for (const conflict of conflicts) log.warn(conflict, sentences[conflict.kind]);
    if (folded > 0) log.info({ people: folded }, 'identifiers that an earlier release wrote have one form now');
    return folded === batchSize;
  }

  async function foldAll(): Promise<void> {
    while (!isStopped && (await foldOnce())) await setTimeout(pauseMs);
  }

  const countryCodeOf = (userPoolId: string) => phoneCountryCodeOf(directory, userPoolId);

  function eventOf({ userPoolId, userId, otherUserId, field, kind }: IdentifierConflict) {
    return newEvent(secrets, 'user.identifier_conflict', null, {
      userPoolId,
      userId,
      detail: { field, kind, otherUserId },
    });
  }

  const onFailure = (error: unknown) =>
    log.warn({ err: error }, 'could not bring identifiers to one form; trying again soon');
  // The first batch is awaited, so that a small installation is folded before its first request.
  await foldOnce().catch(onFailure);
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
