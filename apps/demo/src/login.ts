import { type AuthenticationClient, type ExchangeInput, type IdTokenClaims, PassbeamError } from '@passbeam/sdk';
import type { LoginSessions, SignedInUser } from './login-sessions.ts';

/**
 * The rules by which the web site's backend lets a browser in: a ticket counts only in the browser that showed the
 * code, and every login starts a new session id.
 *
 * The widget makes the code in the browser, so the page reports each code's id here the moment it exists, before anyone
 * can scan it. The id is kept in that browser's own pre-login session, and the first browser to report a code owns it.
 * Whoever gets hold of a ticket elsewhere (an observer of the screen, a log, another tab of another person) holds a
 * ticket for a code this site knows to be someone else's, and this backend, which has the secret, will not redeem it.
 */

export interface LoginPorts {
  sessions: LoginSessions;
  /** Holds the application's secret. */
  passbeam: Pick<AuthenticationClient, 'exchangeTokenSetWithQrCodeTicket' | 'verifyIdToken'>;
  /** Where the passbeam server's own default avatar lives. */
  passbeamUrl: string;
  now(): number;
}

export type RefusalCode = 'code_of_another_browser' | 'ticket_refused' | 'wrong_origin';

export class Refusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, options?: ErrorOptions) {
    super(code, options);
    this.name = 'Refusal';
    this.code = code;
  }
}

export function createLogin({ sessions, passbeam, passbeamUrl, now }: LoginPorts) {
  /** Notes that this browser shows the code. Gives the cookie value to set, a new one when there was no session. */
  function showCode(cookie: string | undefined, qrcodeId: string): string {
    const current = cookie && sessions.find(cookie) ? cookie : sessions.open(null);
    if (!sessions.claimCode(current, qrcodeId)) throw new Refusal('code_of_another_browser');
    return current;
  }

  /** Logs the browser in; gives the cookie value of the new session. */
  async function logIn(
    cookie: string | undefined,
    input: ExchangeInput & { qrcodeId: string },
  ): Promise<{ cookie: string; user: SignedInUser }> {
    // Before the exchange: a refused login must not burn the ticket of the browser that owns it.
    if (!cookie || !sessions.find(cookie)?.qrcodeIds.includes(input.qrcodeId))
      throw new Refusal('code_of_another_browser');
    const claims = await redeem(input);
    const user = { ...readClaims(claims, passbeamUrl), signedInAt: now() };
    // A session id known before the login (planted, or seen) must be worth nothing after it.
    sessions.remove(cookie);
    return { cookie: sessions.open(user), user };
  }

  /** The tokens end here: this site needs to know who it is, and asks the server nothing more in their name. */
  async function redeem(input: ExchangeInput): Promise<IdTokenClaims> {
    try {
      // The page says which code the ticket is for; with `qrcodeId` the SDK compares that with the server's word.
      const { id_token } = await passbeam.exchangeTokenSetWithQrCodeTicket(input);
      return await passbeam.verifyIdToken(id_token ?? '');
    } catch (error) {
      if (!(error instanceof PassbeamError)) throw error;
      if (error.code === 'ticket_mismatch') throw new Refusal('code_of_another_browser', { cause: error });
      if (error.code === 'ticket_invalid') throw new Refusal('ticket_refused', { cause: error });
      throw error;
    }
  }

  function logOut(cookie: string | undefined): void {
    if (cookie) sessions.remove(cookie);
  }

  function whoIs(cookie: string | undefined): SignedInUser | null {
    return sessions.find(cookie)?.user ?? null;
  }

  return { showCode, logIn, logOut, whoIs };
}

export type Login = ReturnType<typeof createLogin>;

function readClaims(claims: IdTokenClaims, passbeamUrl: string): Omit<SignedInUser, 'signedInAt'> {
  const username = text(claims.username) ?? text(claims.preferred_username);
  return {
    userId: claims.sub,
    displayName: text(claims.nickname) ?? text(claims.name) ?? username ?? claims.sub,
    username,
    photo: pictureUrl(claims.picture, passbeamUrl),
    methods: Array.isArray(claims.amr) ? claims.amr.filter((method) => typeof method === 'string') : [],
  };
}

const text = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null);

/** Pictures are text people typed: only https addresses, and the passbeam server's own default avatar. */
function pictureUrl(value: unknown, passbeamUrl: string): string | null {
  if (typeof value !== 'string' || !URL.canParse(value)) return null;
  const url = new URL(value);
  return url.protocol === 'https:' || url.origin === new URL(passbeamUrl).origin ? url.href : null;
}
