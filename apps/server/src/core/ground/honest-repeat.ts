import type { Caller } from './caller.ts';
import type { Secrets } from './ports.ts';

/** How long a caller that lost a reply gets it again. A later repeat means that a secret leaked (threats T11, T35). */
export const repeatGraceMs = 10_000;

export interface Use {
  by: string;
  at: number;
}

/** Remembers what was done a moment ago and by whom, for callers that ask again. A use opens nothing to anybody else. */
export interface UseStore {
  /** Remembers a use. `whatHash` names one thing that is done once; the last caller to do it counts. */
  remember(whatHash: string, use: Use): Promise<void>;
  /** Whether this very caller did it within the grace before `use.at`. */
  isRepeat(whatHash: string, use: Use): Promise<boolean>;
  /** Deletes up to `limit` uses from before `before`; returns how many. */
  purge(before: number, limit: number): Promise<number>;
}

/** Names a caller by what it proved to be, its address and its User-Agent, so that it alone may ask for the same answer again. */
export function callerHash(
  secrets: Pick<Secrets, 'hash'>,
  proof: string,
  { ip, userAgent }: Pick<Caller, 'ip' | 'userAgent'>,
): string {
  return secrets.hash(JSON.stringify(['caller', proof, ip, userAgent]));
}
