import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../ground/errors.ts';
import { repeatGraceMs } from '../ground/honest-repeat.ts';
import {
  isRepeatedDecision,
  move,
  type QrAction,
  type QrSession,
  type Scanner,
  type StoredQrStatus,
} from './session.ts';

const anna: Scanner = { userId: 'anna', loginSessionId: 'anna-phone', displayName: 'Anna', photo: 'https://a/a.png' };
const annaTablet: Scanner = { ...anna, loginSessionId: 'anna-tablet' };
const bela: Scanner = { ...anna, userId: 'bela', loginSessionId: 'bela-phone' };

function aQrSession(part: Partial<QrSession> = {}): QrSession {
  return {
    idHash: 'hash',
    userPoolId: 'pool',
    applicationId: 'site',
    status: 'PENDING',
    version: 1,
    createdAt: 1_000,
    expiresAt: 2_000,
    customData: null,
    generatorIp: null,
    generatorNetwork: null,
    generatorUserAgent: null,
    pollBinding: 'cookie',
    bindingHash: null,
    isBound: false,
    receiverHash: null,
    state: null,
    browserHash: null,
    generatorLanguage: null,
    isReportedBySite: false,
    scanner: null,
    ticket: null,
    failedExchanges: 0,
    foreignPollSeen: false,
    withCustomData: false,
    isMadeByApplication: false,
    deliveredSessionId: null,
    ...part,
  };
}

function outcome(session: QrSession, action: QrAction, scanner: Scanner, now = 1_500): string {
  try {
    const next = move(session, action, scanner, now);
    return next === session ? 'unchanged' : next.status;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

describe('move', () => {
  // Every state and every move (threats T15; wire 2.11), by the scanner, by their other device, by somebody else.
  const rows: [StoredQrStatus, QrAction, anna: string, annaTablet: string, bela: string][] = [
    ['PENDING', 'SCAN', 'SCANNED', 'SCANNED', 'SCANNED'],
    ['PENDING', 'CONFIRM', 'qr_not_scanned', 'qr_not_scanned', 'qr_not_scanned'],
    ['PENDING', 'CANCEL', 'qr_not_scanned', 'qr_not_scanned', 'qr_not_scanned'],
    ['SCANNED', 'SCAN', 'unchanged', 'qr_other_user', 'qr_other_user'],
    ['SCANNED', 'CONFIRM', 'AUTHORIZED', 'qr_other_user', 'qr_other_user'],
    ['SCANNED', 'CANCEL', 'CANCELLED', 'qr_other_user', 'qr_other_user'],
    ['AUTHORIZED', 'SCAN', 'qr_finished', 'qr_other_user', 'qr_other_user'],
    ['AUTHORIZED', 'CONFIRM', 'unchanged', 'qr_other_user', 'qr_other_user'],
    ['AUTHORIZED', 'CANCEL', 'qr_finished', 'qr_other_user', 'qr_other_user'],
    ['CANCELLED', 'SCAN', 'qr_finished', 'qr_finished', 'qr_finished'],
    ['CANCELLED', 'CONFIRM', 'qr_finished', 'qr_finished', 'qr_finished'],
    ['CANCELLED', 'CANCEL', 'qr_finished', 'qr_finished', 'qr_finished'],
    ['CONSUMED', 'SCAN', 'qr_finished', 'qr_finished', 'qr_finished'],
    ['CONSUMED', 'CONFIRM', 'qr_finished', 'qr_finished', 'qr_finished'],
    ['CONSUMED', 'CANCEL', 'qr_finished', 'qr_finished', 'qr_finished'],
  ];

  it.each(rows)('%s then %s: owner %s, own other device %s, somebody else %s', (status, action, ...expected) => {
    const session = aQrSession({ status, scanner: status === 'PENDING' ? null : anna });
    expect([anna, annaTablet, bela].map((scanner) => outcome(session, action, scanner))).toEqual(expected);
  });

  it.each(['PENDING', 'SCANNED', 'AUTHORIZED'] as const)(
    'refuses every move of a %s code from its deadline on',
    (status) => {
      const session = aQrSession({ status, scanner: status === 'PENDING' ? null : anna });
      for (const action of ['SCAN', 'CONFIRM', 'CANCEL'] as const) {
        expect(outcome(session, action, anna, 2_000)).toBe('qr_expired');
        expect(outcome(session, action, anna, 1_999)).not.toBe('qr_expired');
      }
    },
  );

  it('never leaves a final state, changes the scanner or moves without raising the version, on any walk', () => {
    const step = fc.record({
      action: fc.constantFrom<QrAction>('SCAN', 'CONFIRM', 'CANCEL'),
      scanner: fc.constantFrom(anna, annaTablet, bela),
      now: fc.integer({ min: 1_000, max: 2_100 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let session = aQrSession();
        for (const { action, scanner, now } of steps) {
          const before = session;
          try {
            session = move(session, action, scanner, now);
          } catch (error) {
            if (!(error instanceof DomainError)) throw error;
          }
          if (session === before) continue;
          expect(['CANCELLED', 'CONSUMED']).not.toContain(before.status);
          expect(session.version).toBe(before.version + 1);
          if (before.scanner) expect(session.scanner).toEqual(before.scanner);
          expect(now).toBeLessThan(before.expiresAt);
        }
      }),
    );
  });
});

describe('isRepeatedDecision', () => {
  const isRepeat = (status: StoredQrStatus, action: QrAction, by = anna, ms = repeatGraceMs) =>
    isRepeatedDecision(aQrSession({ status, scanner: anna }), action, by, ms);

  it.each([
    ['CANCELLED', 'CANCEL'],
    ['CONSUMED', 'CONFIRM'],
  ] as const)('%s: only %s, by the same login of the same person, for a moment', (status, decision) => {
    expect(isRepeat(status, decision)).toBe(true);
    expect(isRepeat(status, decision, anna, 0)).toBe(true);
    expect(isRepeat(status, decision, anna, repeatGraceMs + 1)).toBe(false);
    expect(isRepeat(status, decision, anna, -1)).toBe(false);
    expect(isRepeat(status, decision, annaTablet)).toBe(false);
    expect(isRepeat(status, decision, bela)).toBe(false);
    for (const other of ['SCAN', 'CONFIRM', 'CANCEL'] as const) {
      if (other !== decision) expect(isRepeat(status, other)).toBe(false);
    }
  });

  it.each(['PENDING', 'SCANNED', 'AUTHORIZED'] as const)('%s: none, for nothing is finished', (status) => {
    for (const action of ['SCAN', 'CONFIRM', 'CANCEL'] as const) expect(isRepeat(status, action)).toBe(false);
  });
});
