import type { AuditEvent } from '../audit/event.ts';
import type { LoginSession } from '../sessions/login-session.ts';
import type { Room } from '../sessions/room.ts';
import type { RefreshToken } from '../tokens/store.ts';
import type { DeviceGrant } from './device-grant.ts';

export interface DeviceGrantStore {
  /** Stores a grant with its event; false, with nothing written, when another grant has the user code. */
  insert(grant: DeviceGrant, event: AuditEvent): Promise<boolean>;
  find(deviceCodeHash: string): Promise<DeviceGrant | null>;
  /** The grant whose user code has one of these hashes: one for each server key. */
  findByUserCode(userCodeHashes: readonly string[]): Promise<DeviceGrant | null>;
  /** How many grants of the application end after `now`, counted up to `limit`. */
  countOutstanding(applicationId: string, now: number, limit: number): Promise<number>;
  /** Writes `next` over the version before it, with the event if there is one; false when another writer was first. */
  replace(next: DeviceGrant, event: AuditEvent | null): Promise<boolean>;
  /**
   * As `replace`, and in the same transaction stores the device's login, its refresh token if any, and the events. Among racing
   * callers one gets true; the others change nothing.
   */
  redeem(entry: {
    next: DeviceGrant;
    loginSession: LoginSession;
    room: Room;
    refreshToken: RefreshToken | null;
    events: AuditEvent[];
  }): Promise<boolean>;
  /** Deletes up to `limit` grants that were kept until before `before`; returns how many. */
  purge(before: number, limit: number): Promise<number>;
}
