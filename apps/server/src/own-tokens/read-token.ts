import { parseStrictJson } from '../core/ground/strict-json.ts';

/** Tokens with hundreds of groups are large; what is larger is no token that a phone sends. */
const maxLength = 8 * 1024;
const maxKidLength = 256;

export interface ReadToken {
  header: { alg: string; kid: string | undefined; typ: string | null };
  claims: Record<string, unknown>;
}

/** Why a text is no token to look at, as an operator reads it in the log. */
export class UnreadableToken extends Error {
  readonly isEncrypted: boolean;

  constructor(message: string, isEncrypted = false) {
    super(message);
    this.isEncrypted = isEncrypted;
  }
}

/**
 * A signed compact JWT taken apart; nothing of it is proved yet. Both parts are read as strictly as a request (threats T32): two
 * readers must not see two tokens. `jku`, `x5u`, `jwk` and `x5c` are never looked at: keys come from the entry alone (RFC 8725 3.10).
 * @throws UnreadableToken
 */
export function readToken(token: string): ReadToken {
  if (token.length > maxLength) throw new UnreadableToken(`is longer than ${maxLength} characters`);
  const parts = token.split('.');
  if (parts.length === 5) throw new UnreadableToken('is encrypted', true);
  const [first = '', second = ''] = parts;
  if (parts.length !== 3) throw new UnreadableToken('does not have three parts');
  const header = readPart(first, 'header');
  const claims = readPart(second, 'payload');
  const { alg, kid, typ = null } = header;
  if (typeof alg !== 'string') throw new UnreadableToken('names no algorithm');
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > maxKidLength)) {
    throw new UnreadableToken(`has a kid that is no text of at most ${maxKidLength} characters`);
  }
  if (typ !== null && typeof typ !== 'string') throw new UnreadableToken('has a typ that is no text');
  if (Object.hasOwn(header, 'crit')) throw new UnreadableToken('has critical extensions (crit)');
  return { header: { alg, kid, typ }, claims };
}

function readPart(part: string, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    if (!/^[\w-]+$/.test(part)) throw new Error('is not base64url');
    value = parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part, 'base64url')));
  } catch (error) {
    throw new UnreadableToken(`has a ${name} that cannot be read: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UnreadableToken(`has a ${name} that is no object`);
  }
  return value as Record<string, unknown>;
}
