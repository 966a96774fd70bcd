import type { Secrets } from '../ground/ports.ts';
import { createTurns } from '../ground/turns.ts';
import type { AuditEvent, AuditType } from './event.ts';
import type { AuditStore } from './store.ts';

/**
 * Refused calls that anybody can cause at will, and what makes two of them repeats of each other, to be counted in one event. Strangers
 * are known by their network, since one subscriber has addresses without end.
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
  'device.scan_conflict': ({ codeHash, userId }) => [codeHash, userId],
  'device.code_replayed': ({ codeHash, applicationId, detail }, network) => [
    codeHash,
    applicationId,
    detail.authenticated,
    network,
  ],
  'own_token.refused': ({ userPoolId, detail }, network) => [userPoolId, detail.entry, detail.reason, network],
  'limit.hit': ({ detail }, network) => [detail.kind, network],
  // All names that belong to nobody count as one name, because there is no end of them either.
  'user.sign_in_failed': ({ userPoolId, applicationId, userId, detail }, network) => [
    userPoolId,
    applicationId,
    userId,
    detail.amr,
    network,
  ],
};

/**
 * The same store, with repeats of one refusal within a minute as one event with a count. Repeats that come during a write wait and are
 * written together, so a flood makes few rows and few transactions.
 */
export function countRefusals<Store extends Pick<AuditStore, 'append'>>(
  audit: Store,
  { secrets, networkOf }: { secrets: Pick<Secrets, 'hash'>; networkOf(ip: string): string },
): Store {
  const inTurn = createTurns();
  /** Repeats that wait to be written, by refusal; never more than there are calls under way. */
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
