import { getIronSession, type IronSession } from 'iron-session';
import { cookies } from 'next/headers';

interface Visitor {
  /** What this visitor's login must come back with. */
  state?: string;
  user?: { id: string; name: string };
}

/** The whole session is in the visitor's cookie, sealed: HttpOnly, Secure, SameSite=Lax. */
export async function visitorSession(): Promise<IronSession<Visitor>> {
  return getIronSession<Visitor>(await cookies(), {
    cookieName: 'session',
    password: process.env.SESSION_SECRET ?? '',
    cookieOptions: { httpOnly: true, secure: process.env.NODE_ENV === 'production', sameSite: 'lax' },
  });
}
