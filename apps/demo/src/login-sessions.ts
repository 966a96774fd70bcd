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

const ttlMs = 8 * 60 * 60_000;
const maxSessions = 10_000;

/** The web site's own login sessions, in memory. Only hashes of cookie values are kept, so a copy of this map logs nobody in. */
export function createLoginSessions(ports: { now: () => number; randomId: () => string }) {
  const sessions = new Map<string, { user: SignedInUser; expiresAt: number }>();

  function find(cookie: string | undefined): SignedInUser | null {
    if (!cookie) return null;
    const session = sessions.get(keyOf(cookie));
    if (!session) return null;
    if (ports.now() < session.expiresAt) return session.user;
    remove(cookie);
    return null;
  }

  function open(user: SignedInUser): string {
    sweep();
    const cookie = ports.randomId();
    sessions.set(keyOf(cookie), { user, expiresAt: ports.now() + ttlMs });
    return cookie;
  }

  function remove(cookie: string): void {
    sessions.delete(keyOf(cookie));
  }

  /** Deletes expired sessions, and the oldest when there are too many, so that memory stays bounded. */
  function sweep(): void {
    for (const [key, session] of sessions) {
      if (sessions.size < maxSessions && session.expiresAt > ports.now()) return;
      sessions.delete(key);
    }
  }

  return { find, open, remove };
}

export type LoginSessions = ReturnType<typeof createLoginSessions>;

const keyOf = (cookie: string) => createHash('sha256').update(cookie).digest('base64url');
