import { describe, expect, it } from 'vitest';
import { aDeviceGrant } from '../../stores/conformance/builders.ts';
import { approve, deny, poll, requireHolder, scan } from './device-grant.ts';

const alicesPhone = { userId: 'alice', loginSessionId: 'phone-1' };
const approvalOf = (userId: string) => ({
  userId,
  amr: ['pwd'],
  parentId: null,
  authenticatedAt: 2_000,
  approvedAt: 2_000,
});
const refusal = (code: string) => expect.objectContaining({ code });

describe('a scan', () => {
  it('holds the grant for one login, and again for the same one', () => {
    const held = scan(aDeviceGrant(), alicesPhone);
    expect(held).toMatchObject({ status: 'PENDING', scanner: alicesPhone, version: 2 });
    expect(scan(held, { ...alicesPhone })).toBe(held);
  });

  it.each([
    { userId: 'alice', loginSessionId: 'phone-2' },
    { userId: 'mallory', loginSessionId: 'phone-1' },
  ])('of another login is refused: %j', (other) => {
    const held = scan(aDeviceGrant(), alicesPhone);
    expect(() => scan(held, other)).toThrow(refusal('qr_other_user'));
    expect(() => requireHolder(held, other)).toThrow(refusal('qr_other_user'));
  });

  it('comes before the decision', () => {
    expect(() => requireHolder(aDeviceGrant(), alicesPhone)).toThrow(refusal('qr_not_scanned'));
  });
});

describe('a decision', () => {
  it('is made once', () => {
    const approved = approve(aDeviceGrant(), approvalOf('alice'));
    expect(approved).toMatchObject({ status: 'APPROVED', approval: { userId: 'alice' }, version: 2 });
    for (const decided of [approved, deny(aDeviceGrant()), aDeviceGrant({ status: 'CONSUMED' })]) {
      expect(() => approve(decided, approvalOf('bob'))).toThrow(refusal('qr_finished'));
      expect(() => deny(decided)).toThrow(refusal('qr_finished'));
      expect(() => scan(decided, alicesPhone)).toThrow(refusal('qr_finished'));
    }
  });

  it('belongs to whoever scanned first', () => {
    const held = scan(aDeviceGrant(), alicesPhone);
    expect(() => approve(held, approvalOf('mallory'))).toThrow(refusal('qr_other_user'));
    expect(approve(held, approvalOf('alice')).status).toBe('APPROVED');
  });
});

describe('polls', () => {
  it('in time are pending, and early ones make the pause longer for good without beginning it anew', () => {
    const first = poll(aDeviceGrant(), 10_000);
    expect(first).toMatchObject({ isEarly: false, next: { lastPolledAt: 10_000, intervalSeconds: 5 } });
    const early = poll(first.next, 14_999);
    expect(early).toMatchObject({ isEarly: true, next: { lastPolledAt: 10_000, intervalSeconds: 10 } });
    expect(poll(early.next, 19_999).isEarly).toBe(true);
    expect(poll(early.next, 20_000)).toMatchObject({ isEarly: false, next: { intervalSeconds: 10 } });
  });

  it('of an impatient device stop writing when the pause is at its longest', () => {
    let grant = poll(aDeviceGrant(), 10_000).next;
    for (let time = 0; time < 20; time++) grant = poll(grant, 10_001).next;
    expect(grant.intervalSeconds).toBe(60);
    expect(poll(grant, 10_002).next).toBe(grant);
    expect(poll(grant, 70_000).isEarly).toBe(false);
  });
});
