import type { AskingEntry, EntryOfPool, OwnTokenEntry } from '../core/directory/own-token-entries.ts';
import type { Secrets } from '../core/ground/ports.ts';
import type { OwnTokenAnswer, OwnTokenChecks, OwnTokenOccasion } from '../core/tokens/own-token.ts';
import { createAskingChecks } from './asking-checks.ts';
import { createOwnTokenChecks, type OwnTokenChecksParts } from './own-token-checks.ts';
import { createRefusalLog } from './refusal-log.ts';

export interface CompanyChecksParts extends OwnTokenChecksParts {
  /** What our own tokens have in `iss`: those are judged elsewhere. */
  ownIssuer: string;
  secrets: Pick<Secrets, 'derive' | 'currentKeyId' | 'randomToken'>;
}

/**
 * Who judges a token: the keys of its issuer, the one server that its entry names, this server where no company is meant, or nobody
 * where it can only be a company's and no entry of the application takes it.
 */
type Judge = 'keys' | 'us' | 'nobody' | EntryOfPool<AskingEntry>;

/**
 * Judges the tokens of companies, in whichever way an entry says. One entry is chosen by what the token says of its issuer, else by the
 * application that the request names. A token is never offered to a second server to see which one likes it.
 */
export function createCompanyChecks(parts: CompanyChecksParts): OwnTokenChecks & {
  settle(): Promise<void>;
  stop(): Promise<void>;
} {
  const byKeys = createOwnTokenChecks(parts);
  const byAsking = createAskingChecks(parts);
  const tell = createRefusalLog(parts);

  function judgeOf(token: string, { applicationId }: OwnTokenOccasion): Judge {
    const entries = parts.entries();
    const mine = entries.filter(isAsking).filter((entry) => entry.applicationId === applicationId);
    const read = claimsOf(token);
    if (read === 'encrypted') return byKeys.trustsAny() ? 'keys' : 'us';
    // Every token of ours is a JWT.
    if (read === null)
      return mine.find((entry) => beginsAsTold(entry, token)) ?? (entries.length > 0 ? 'nobody' : 'us');
    if (read.iss === undefined) {
      // V2 login tokens of ours name no issuer, and hold their person in `data`.
      return read.data === undefined ? (mine.find(isCallback(token)) ?? 'us') : 'us';
    }
    if (read.iss === parts.ownIssuer) return 'us';
    if (entries.some(({ way, issuer }) => way === 'jwt' && issuer === read.iss)) return 'keys';
    const ofIssuer = entries
      .filter(isAsking)
      .filter(({ way, issuer }) => way === 'introspection' && issuer === read.iss);
    const asked = ofIssuer.find((entry) => entry.applicationId === applicationId) ?? ofIssuer[0];
    return asked ?? mine.find(isCallback(token)) ?? (byKeys.trustsAny() ? 'keys' : 'us');
  }

  async function check(token: string, occasion: OwnTokenOccasion): Promise<OwnTokenAnswer> {
    const judge = judgeOf(token, occasion);
    if (judge === 'keys' || judge === 'us') return byKeys.check(token, occasion);
    const answer = judge === 'nobody' ? takenByNobody : await byAsking.check(judge, token, occasion);
    if (answer.refusal !== null) tell(answer.refusal, []);
    return answer;
  }

  return {
    concerns: (token, occasion) => judgeOf(token, occasion) !== 'us',
    check,
    stillGood: async (entry, kept) => !isAsking(entry) || byAsking.stillGood(entry, kept),
    settle: byKeys.settle,
    stop: byKeys.stop,
  };
}

const takenByNobody: OwnTokenAnswer = {
  entry: null,
  checked: null,
  refusal: {
    word: 'taken_by_none',
    entryName: null,
    isSigned: false,
    expected: 'a JWT, or an entry of this application with introspection or callback',
  },
};

function isAsking(entry: EntryOfPool<OwnTokenEntry>): entry is EntryOfPool<AskingEntry> {
  return entry.way !== 'jwt';
}

/** A signed token may be a login of the company's own kind, which nobody but the company can judge: one with a shared secret, say. */
const isCallback = (token: string) => (entry: AskingEntry) => entry.way === 'callback' && beginsAsTold(entry, token);

function beginsAsTold(entry: AskingEntry, token: string): boolean {
  return entry.way !== 'callback' || token.startsWith(entry.tokenPrefix ?? '');
}

/** What a JWT says, without any proof; null where the text is none. */
function claimsOf(token: string): Record<string, unknown> | 'encrypted' | null {
  const parts = token.split('.');
  if (parts.length === 5) return 'encrypted';
  if (parts.length !== 3) return null;
  try {
    const [, claims] = parts.slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? claims : null;
  } catch {
    return null;
  }
}
