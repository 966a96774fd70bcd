import type { RoleDto as Role } from '@passbeam/protocol';

/**
 * Who administers a pool, and what it may do there: an access key, the pool's own secret (wire 5.1), or an administrator at the console.
 * Pools never see each other.
 */
export interface Administrator {
  userPoolId: string;
  role: Role;
  /** Whether the role is of this pool, or of every pool there is. */
  reach: 'pool' | 'all';
  /** What events say of who it was. `accessKeyId`: the key's id; the pool's id when its secret signed. */
  by: { accessKeyId: string } | { administratorId: string; administratorName: string; consoleLoginId: string };
  /** Until when the proof of a console login counts as fresh; null where every call is proved by a key. */
  freshUntil: number | null;
}

/** How `updatedBy` names who it was. */
export function idOf({ by }: Administrator): string {
  return 'administratorId' in by ? by.administratorId : by.accessKeyId;
}
