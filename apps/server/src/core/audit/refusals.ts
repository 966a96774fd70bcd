import type { Secrets } from '../ground/ports.ts';
import { createTurns } from '../ground/turns.ts';
import type { AuditEvent, AuditType } from './event.ts';
import type { AuditStore } from './store.ts';

/**
 * The events that a refused call leaves, which anybody can cause as often as they like, and what makes two of them repeats of one:
 * what was asked for, and who asked. A stranger is their network, since one subscriber has addresses without end.
 */
const refusals: Partial<Record<AuditType, (event: AuditEvent, network: string) => unknown[]>> = {
  'qr.scan_conflict': ({ codeHash, userId }) => [codeHash, userId],
  'qr.ticket_replayed': ({ codeHash, applicationId, detail }, network) => [
    codeHash,
    applicationId,
    detail.authenticated,
    network,
  ],
  'qr.poll_foreign': ({ codeHash }, network) => [codeHash, network],
  'qr.unknown_burst': (_event, network) => [network],
  'limit.hit': ({ detail }, network) => [detail.kind, network],
  // Names that are nobody's are one: there is no end of them either.
  'user.sign_in_failed': ({ userPoolId, applicationId, userId, detail }, network) => [
    userPoolId,
    applicationId,
    userId,
    detail.amr,
    network,
  ],
};

/**
 * The same store, which counts repeats of one refusal within a minute in one event. Those that come while one is being written
 * are written together after it, so that a flood is neither one of rows nor one of transactions.
 */
export function countRefusals<Store extends Pick<AuditStore, 'append'>>(
  audit: Store,
  { secrets, networkOf }: { secrets: Pick<Secrets, 'hash'>; networkOf(ip: string): string },
): Store {
  const inTurn = createTurns();
  /** What waits to be written, by the refusal; never more than the calls under way. */
  const batches = new Map<string, { count: number; written: Promise<void> }>();

  function append(event: AuditEvent): Promise<void> {
    const factsOf = refusals[event.type];
    if (factsOf === undefined) return audit.append(event);
    const facts = factsOf(event, event.ip === null ? '' : networkOf(event.ip));
    const repeatOf = secrets.hash(JSON.stringify([event.type, ...facts]));
    const waiting = batches.get(repeatOf);
    if (waiting !== undefined) {
      waiting.count += 1;
      return waiting.written;
    }
    const batch = { count: 1, written: Promise.resolve() };
    batches.set(repeatOf, batch);
    batch.written = inTurn(repeatOf, () => {
      batches.delete(repeatOf);
      return audit.append({ ...event, repeatOf, count: batch.count });
    });
    return batch.written;
  }

  return { ...audit, append };
}
