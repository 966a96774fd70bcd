import { entryOf, type RawEntry } from './raw-entries.ts';

type Placed = RawEntry & { at: string; way: string; applicationId: unknown };

/**
 * Entries of any pools that one token could fit: it would stand for two people. Entries may share an issuer as long as their audiences or
 * their clients tell their tokens apart; and a JWT is told from what only the issuer can read, so both may stand for one application.
 */
export function overlaps(ownTokens: [entry: RawEntry, at: string][]): string[] {
  const placed = ownTokens
    .flatMap(([entry, at]) => [placedAt(entry, at, 'jwt'), placedAt(entry, at, 'introspection')])
    .filter(({ issuer }) => typeof issuer === 'string');
  return placed.flatMap((own, index) => {
    const first = placed.slice(0, index).find((other) => isOverlapping(own, other) && !areOneApplications(own, other));
    if (first === undefined) return [];
    const remedy =
      own.way === first.way
        ? 'Write audiences or clientIds that differ.'
        : 'Write the same applicationId, or audiences or clientIds that differ.';
    return [`${own.at}.issuer is the same as ${first.at}.issuer with the same audience. ${remedy}`];
  });
}

/**
 * Entries of one pool that one opaque token could be asked about: the application that the phone names chooses its entry, and people's tokens
 * are shown to nobody else.
 */
export function askingOverlaps(ownTokens: [entry: RawEntry, at: string][]): string[] {
  const asking = ownTokens
    .flatMap(([entry, at]) => [placedAt(entry, at, 'introspection'), placedAt(entry, at, 'callback')])
    .filter(({ url, applicationId }) => typeof url === 'string' && typeof applicationId === 'string');
  return asking.flatMap((own, index) => {
    const first = asking
      .slice(0, index)
      .find((other) => other.applicationId === own.applicationId && mayBegin(own, other));
    if (first === undefined) return [];
    return [
      `${own.at} stands for the same application as ${first.at}. Keep one, or write for two callbacks a tokenPrefix that tells their tokens apart.`,
    ];
  });
}

function placedAt(entry: RawEntry, at: string, way: string): Placed {
  return { ...entryOf(entry[way]), way, at: `${at}.${way}`, applicationId: entry.applicationId };
}

function areOneApplications(a: Placed, b: Placed): boolean {
  return a.way !== b.way && a.applicationId === b.applicationId;
}

function isOverlapping(a: RawEntry, b: RawEntry): boolean {
  return a.issuer === b.issuer && meets(a.audiences, b.audiences) && meets(a.clientIds, b.clientIds);
}

/** A list that is not there excludes nothing. */
function meets(a: unknown, b: unknown): boolean {
  return !Array.isArray(a) || !Array.isArray(b) || a.some((one) => b.includes(one));
}

function mayBegin(a: RawEntry, b: RawEntry): boolean {
  const [one, other] = [a, b].map(({ tokenPrefix }) => (typeof tokenPrefix === 'string' ? tokenPrefix : ''));
  return (one as string).startsWith(other as string) || (other as string).startsWith(one as string);
}
