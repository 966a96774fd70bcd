import type { Logger } from 'pino';
import type {
  AskingEntry,
  CallbackEntry,
  EntryOfPool,
  IntrospectionEntry,
} from '../core/directory/own-token-entries.ts';
import type { Caller } from '../core/ground/caller.ts';
import type { Clock, Secrets } from '../core/ground/ports.ts';
import type { QrAction } from '../core/qr/session.ts';
import type { AskAgain, CheckedOwnToken, OwnTokenRefusal } from '../core/tokens/own-token.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { createSignedPosts } from '../outbound/signed-post.ts';
import { createCallback } from './callback.ts';
import { createIntrospector } from './introspection.ts';
import { judgeCallback, judgeIntrospection } from './judge-told.ts';
import { createTokenQuestions, NoAnswer } from './token-questions.ts';

const logAgainMs = 60_000;

/** The move that a token comes with. */
export interface AskedMove {
  action: QrAction;
  caller: Caller;
}

export type ToldAnswer<Entry> =
  | { entry: Entry; checked: CheckedOwnToken; refusal: null }
  | { entry: Entry; checked: null; refusal: OwnTokenRefusal };

export interface AskingChecksParts {
  outbound: Outbound;
  clock: Clock;
  log: Pick<Logger, 'error'>;
  secrets: Pick<Secrets, 'derive' | 'currentKeyId' | 'randomToken'>;
}

/** Whether a token is good that only a server of the company can judge: the one that its entry names, and no other. */
export function createAskingChecks(parts: AskingChecksParts) {
  const { clock, log, secrets } = parts;
  const now = () => clock.now();
  const questions = createTokenQuestions(parts);
  const introspect = createIntrospector({ outbound: parts.outbound, now });
  const callBack = createCallback({ post: createSignedPosts(parts), newId: () => secrets.randomToken() });
  const logged = new Map<string, number>();

  async function check<Entry extends EntryOfPool<AskingEntry>>(
    entry: Entry,
    token: string,
    move: AskedMove,
  ): Promise<ToldAnswer<Entry>> {
    const refuse = (refusal: Pick<OwnTokenRefusal, 'word'> & Partial<OwnTokenRefusal>): ToldAnswer<Entry> => ({
      entry,
      checked: null,
      refusal: { entryName: entry.name, issuer: entry.issuer, isSigned: false, ...refusal },
    });
    if (!isTokenText(token)) return refuse({ word: 'malformed' });
    if (entry.way === 'callback' && !token.startsWith(entry.tokenPrefix ?? '')) return refuse({ word: 'malformed' });
    try {
      const judged = await (entry.way === 'callback' ? byCallback(entry, token, move) : byIntrospection(entry, token));
      if (judged === null) return refuse({ word: 'inactive' });
      // The token is the person's, so they may hear what it lacks.
      if (judged.fault !== null) return refuse({ ...judged.fault, isSigned: true });
      return {
        entry,
        checked: { ...judged.checked, askAgain: askAgainOf(entry, token, judged.checked) },
        refusal: null,
      };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      complain(entry, error);
      return refuse({ word: 'issuer_unreachable', retryAfterSeconds: error.retryAfterSeconds });
    }
  }

  async function byIntrospection(entry: EntryOfPool<IntrospectionEntry>, token: string) {
    const claims = await questions({ entry: nameOf(entry), token, asked: '', ask: () => introspect(entry, token) });
    return claims && judgeIntrospection(entry, claims, now());
  }

  async function byCallback(entry: EntryOfPool<CallbackEntry>, token: string, { action, caller }: AskedMove) {
    const { userPoolId, applicationId } = entry;
    const client = { ip: caller.ip, userAgent: caller.userAgent };
    const question = { type: 'token.check', token, action, userPoolId, applicationId, client };
    const asked = JSON.stringify([action, client]);
    const answer = await questions({ entry: nameOf(entry), token, asked, ask: () => callBack(entry, question) });
    return answer && judgeCallback(entry, answer, now());
  }

  /** Whether the company stands by what it said; or, when it does not answer, how long to wait. */
  async function stillGood(
    entry: EntryOfPool<AskingEntry>,
    { token, subject, session }: AskAgain,
  ): Promise<boolean | { retryAfterSeconds: number }> {
    try {
      if (entry.way === 'callback') return await personStands(entry, { subject, session });
      const judged = token === null ? null : await byIntrospection(entry, token);
      return judged?.fault === null && judged.checked.subject === subject;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      complain(entry, error);
      return { retryAfterSeconds: error.retryAfterSeconds };
    }
  }

  async function personStands(
    entry: EntryOfPool<CallbackEntry>,
    { subject, session }: { subject: string; session: string | null },
  ): Promise<boolean> {
    // Every poll that delivers a login asks. A silent server is spared, as with tokens; a no is asked about again, for they may come back.
    const about = { entry: `${nameOf(entry)} people`, token: JSON.stringify([subject, session]), asked: '' };
    const ask = async () => ({ answer: await callBack(entry, { type: 'person.check', subject, session }) });
    const answer = (await questions({ ...about, ask }))?.answer ?? null;
    return answer !== null && answer.subject === subject && judgeCallback(entry, answer, now()).fault === null;
  }

  /** Once a minute per entry: whoever sends tokens could fill the log else. */
  function complain(entry: EntryOfPool<AskingEntry>, { message }: NoAnswer): void {
    const name = nameOf(entry);
    if (now() - (logged.get(name) ?? Number.NEGATIVE_INFINITY) < logAgainMs) return;
    logged.set(name, now());
    log.error({ entry: entry.name, userPoolId: entry.userPoolId }, `own tokens cannot be checked: ${message}`);
  }

  return { check, stillGood };
}

function askAgainOf(entry: AskingEntry, token: string, { subject, session }: CheckedOwnToken): AskAgain | null {
  if (entry.way === 'callback') return { token: null, subject, session };
  return entry.askAgain ? { token, subject, session } : null;
}

function nameOf({ userPoolId, name, url }: EntryOfPool<AskingEntry>): string {
  return JSON.stringify([userPoolId, name, url]);
}

/** What a header can hold, within the bound of all tokens. */
function isTokenText(token: string): boolean {
  return /^[!-~]{1,8192}$/.test(token);
}
