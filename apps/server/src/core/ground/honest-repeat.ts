import type { Caller } from './caller.ts';
import type { Secrets } from './ports.ts';

/**
 * A reply can be lost, and whoever lost it asks again. Within this time the same caller gets the same answer; anybody else is refused
 * as ever, and later it means that a secret leaked (threats T11, T35).
 */
export const repeatGraceMs = 10_000;

/** Who used something up, and when. */
export interface Use {
  /** A `callerHash`. */
  by: string;
  at: number;
}

/** What was done a moment ago and by whom, for callers that ask again. Nothing here opens anything to anybody else. */
export interface UseStore {
  /** `whatHash` names one thing that is done once; the last one to do it stands. */
  remember(whatHash: string, use: Use): Promise<void>;
  /** Whether this very caller did it within the grace before `use.at`. */
  isRepeat(whatHash: string, use: Use): Promise<boolean>;
  /** Deletes up to `limit` uses from before `before`; the number deleted. */
  purge(before: number, limit: number): Promise<number>;
}

/** Who used something up, so that only they may ask for its answer again: what they proved to be, from one address with one User-Agent. */
export function callerHash(
  secrets: Pick<Secrets, 'hash'>,
  proof: string,
  { ip, userAgent }: Pick<Caller, 'ip' | 'userAgent'>,
): string {
  return secrets.hash(JSON.stringify(['caller', proof, ip, userAgent]));
}
