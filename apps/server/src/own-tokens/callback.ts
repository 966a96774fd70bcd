import type { CallbackEntry } from '../core/directory/own-token-entries.ts';
import type { OutboundLimits, OutboundReply } from '../outbound/outbound.ts';
import type { SignedPost } from '../outbound/signed-post.ts';
import { jsonObjectOf } from './json-reply.ts';
import { NoAnswer } from './token-questions.ts';

const maxReplyBytes = 16 * 1024;

export interface CallbackParts {
  post(request: SignedPost, limits: OutboundLimits): Promise<OutboundReply>;
  newId(): string;
}

/** What the company says of a person whose login is good. */
export interface CallbackAnswer {
  subject: string;
  session: string | null;
  /** Unix seconds; null: the answer holds for this one call. */
  expiresAt: number | null;
  /** What else it says of the person, by the names that claims have. */
  claims: Record<string, unknown>;
}

/** What a reply may say of the person, and the claims that entries know these by. */
const claimNames = {
  displayName: 'name',
  photo: 'picture',
  locale: 'locale',
  email: 'email',
  emailVerified: 'email_verified',
  phone: 'phone_number',
  phoneVerified: 'phone_number_verified',
};

/** Asks the company's own service whose token it is, or whether a login still stands. Each request is signed, and its reply repeats its id. */
export function createCallback({ post, newId }: CallbackParts) {
  /** Null when the person or their login is not good. @throws NoAnswer */
  return async function ask(entry: CallbackEntry, question: Record<string, unknown>): Promise<CallbackAnswer | null> {
    const { url, secrets, timeoutSeconds } = entry;
    const id = newId();
    const { type, ...rest } = question;
    try {
      const limits = { timeoutMs: timeoutSeconds * 1000, maxBytes: maxReplyBytes };
      const reply = await post({ url, secrets, id, body: { type, id, ...rest } }, limits);
      if (reply.status !== 200) throw new Error(`${url} answered ${reply.status}`);
      return answerOf(url, id, jsonObjectOf(url, reply));
    } catch (error) {
      throw new NoAnswer((error as Error).message);
    }
  };
}

/** @throws Error when it has the wrong shape: half an answer is none */
function answerOf(url: string, id: string, reply: Record<string, unknown>): CallbackAnswer | null {
  const fail = (what: string): never => {
    throw new Error(`${url} answered with ${what}`);
  };
  // A reply from a cache, or to another request, is not the answer to this one.
  if (reply.id !== id) fail('another id than it was asked with');
  if (typeof reply.active !== 'boolean') fail('no active that is true or false');
  if (reply.active === false) return null;
  const text = (name: string, max: number): string | null => {
    const value = reply[name] ?? null;
    if (value === null) return null;
    const isText = typeof value === 'string' && value.length <= max && /^\P{Cc}+$/u.test(value);
    return isText ? value : fail(`a ${name} that is no text of 1 to ${max} characters`);
  };
  const subject = text('subject', 255) ?? fail('no subject');
  const { expiresAt = null, claims = {} } = reply;
  if (expiresAt !== null && !Number.isFinite(expiresAt)) fail('an expiresAt that is no number of seconds');
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) fail('claims that are no object');
  const told = Object.entries(claimNames).map(([name, claim]) => [claim, reply[name]] as const);
  return {
    subject,
    session: text('session', 255),
    expiresAt: expiresAt as number | null,
    claims: {
      ...(claims as object),
      ...Object.fromEntries(told.filter(([, value]) => value != null)),
    },
  };
}
