import { createHash } from 'node:crypto';

/** The person as the pages show them: facts out of a verified ID token. */
export interface SignedInUser {
  userId: string;
  displayName: string;
  username: string | null;
  photo: string | null;
  /** Epoch milliseconds. */
  signedInAt: number;
  /** `amr` of the ID token; `qr` says the login came from a scan. */
  methods: string[];
}

export interface LoginSession {
  user: SignedInUser | null;
  /** Ids of the codes this browser showed, newest last. */
  qrcodeIds: string[];
  expiresAt: number;
}

const preLoginTtlMs = 30 * 60_000;
const signedInTtlMs = 8 * 60 * 60_000;
/** The widget renews an expired code by itself; a late ticket may still belong to the code before. */
const codesPerBrowser = 5;
const maxSessions = 10_000;

/**
 * The web site's own sessions, kept in memory: this is a demo. A cookie value is held as its hash only, so that a dump
 * of this map logs nobody in.
 */
export function createLoginSessions(ports: { now: () => number; randomId: () => string }) {
  const sessions = new Map<string, LoginSession>();
  /** Which session showed a code. A code has one browser: the first that said so. */
  const ownerOfCode = new Map<string, string>();

  function find(cookie: string | undefined): LoginSession | null {
    if (!cookie) return null;
    const session = sessions.get(keyOf(cookie));
    if (!session) return null;
    if (ports.now() < session.expiresAt) return session;
    remove(cookie);
    return null;
  }

  function open(user: SignedInUser | null): string {
    sweep();
    const cookie = ports.randomId();
    const ttlMs = user ? signedInTtlMs : preLoginTtlMs;
    sessions.set(keyOf(cookie), { user, qrcodeIds: [], expiresAt: ports.now() + ttlMs });
    return cookie;
  }

  /** False when another browser has shown this code already. */
  function claimCode(cookie: string, qrcodeId: string): boolean {
    const session = find(cookie);
    if (!session) return false;
    const owner = ownerOfCode.get(qrcodeId);
    if (owner !== undefined) return owner === keyOf(cookie);
    ownerOfCode.set(qrcodeId, keyOf(cookie));
    session.qrcodeIds.push(qrcodeId);
    for (const forgotten of session.qrcodeIds.splice(0, session.qrcodeIds.length - codesPerBrowser)) {
      ownerOfCode.delete(forgotten);
    }
    session.expiresAt = ports.now() + preLoginTtlMs;
    return true;
  }

  function remove(cookie: string): void {
    forget(keyOf(cookie));
  }

  function forget(key: string): void {
    for (const qrcodeId of sessions.get(key)?.qrcodeIds ?? []) ownerOfCode.delete(qrcodeId);
    sessions.delete(key);
  }

  /** Keeps memory bounded: the expired go first, then the oldest. */
  function sweep(): void {
    if (sessions.size < maxSessions) return;
    const now = ports.now();
    for (const [key, session] of sessions) if (session.expiresAt <= now) forget(key);
    for (const key of sessions.keys()) {
      if (sessions.size < maxSessions) return;
      forget(key);
    }
  }

  return { find, open, claimCode, remove };
}

export type LoginSessions = ReturnType<typeof createLoginSessions>;

const keyOf = (cookie: string) => createHash('sha256').update(cookie).digest('base64url');
