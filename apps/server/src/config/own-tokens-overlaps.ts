import { entryOf, type RawEntry } from './raw-entries.ts';

/**
 * Entries of any pools that one token could fit: it would stand for two people. Entries may share an issuer as long as their audiences or
 * their clients tell their tokens apart.
 */
export function jwtOverlaps(ownTokens: [entry: RawEntry, at: string][]): string[] {
  const jwts = ownTokens
    .map(([entry, at]) => ({ ...entryOf(entry.jwt), at: `${at}.jwt` }) as RawEntry & { at: string })
    .filter(({ issuer }) => typeof issuer === 'string');
  return jwts.flatMap((jwt, index) => {
    const first = jwts.slice(0, index).find((other) => isOverlapping(jwt, other));
    if (first === undefined) return [];
    return [
      `${jwt.at}.issuer is the same as ${first.at}.issuer with the same audience. Write audiences or clientIds that differ.`,
    ];
  });
}

function isOverlapping(a: RawEntry, b: RawEntry): boolean {
  return a.issuer === b.issuer && meets(a.audiences, b.audiences) && meets(a.clientIds, b.clientIds);
}

/** A list that is not there excludes nothing. */
function meets(a: unknown, b: unknown): boolean {
  return !Array.isArray(a) || !Array.isArray(b) || a.some((one) => b.includes(one));
}
