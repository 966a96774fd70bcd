import {
  type AuthenticationClient,
  createState,
  type ExchangeInput,
  type IdTokenClaims,
  PassbeamError,
} from '@passbeam/sdk';
import type { LoginSessions, SignedInUser } from './login-sessions.ts';

/**
 * How the backend lets a browser in: a ticket counts only in the browser that began the login, and every login gets a new session id.
 * The backend draws a `state`, keeps it in that browser's cookie and hands it to the widget, which makes its codes with it. The exchange
 * compares it: a ticket from elsewhere comes without the right state.
 */

export interface LoginPorts {
  loginSessions: LoginSessions;
  /** Holds the application's secret. */
  passbeam: Pick<AuthenticationClient, 'exchangeTokenSetWithQrCodeTicket' | 'verifyIdToken'>;
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

export function createLogin({ loginSessions, passbeam, passbeamUrl, now }: LoginPorts) {
  /** The state of the login that this browser began, or begins now. All its tabs share it. */
  function begin(state: string | undefined): string {
    return state || createState();
  }

  /** Logs the browser in and resolves to the cookie value of a new session. The browser's session from before the login ends. */
  async function logIn(
    { session, state }: { session: string | undefined; state: string | undefined },
    input: ExchangeInput,
  ): Promise<{ session: string; user: SignedInUser }> {
    const claims = await redeem(input, state);
    const user = { ...readClaims(claims, passbeamUrl), signedInAt: now() };
    logOut(session);
    return { session: loginSessions.open(user), user };
  }

  /** Exchanges the ticket for claims. Only the ID token is used: this site needs to know who the person is, and calls no API for them. */
  async function redeem(input: ExchangeInput, state: string | undefined): Promise<IdTokenClaims> {
    try {
      // The SDK refuses a browser without a state before it sends anything, so the ticket of another browser stays good for its own.
      const { id_token } = await passbeam.exchangeTokenSetWithQrCodeTicket(input, { state });
      return await passbeam.verifyIdToken(id_token ?? '');
    } catch (error) {
      if (!(error instanceof PassbeamError)) throw error;
      if (error.code === 'state_mismatch') throw new Refusal('code_of_another_browser', { cause: error });
      if (error.code === 'ticket_invalid') throw new Refusal('ticket_refused', { cause: error });
      throw error;
    }
  }

  function logOut(cookie: string | undefined): void {
    if (cookie) loginSessions.remove(cookie);
  }

  function whoIs(cookie: string | undefined): SignedInUser | null {
    return loginSessions.find(cookie);
  }

  return { begin, logIn, logOut, whoIs };
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

/** People type the addresses of their pictures: only https ones are accepted, and the passbeam server's default avatar. */
function pictureUrl(value: unknown, passbeamUrl: string): string | null {
  if (typeof value !== 'string' || !URL.canParse(value)) return null;
  const url = new URL(value);
  return url.protocol === 'https:' || url.origin === new URL(passbeamUrl).origin ? url.href : null;
}
