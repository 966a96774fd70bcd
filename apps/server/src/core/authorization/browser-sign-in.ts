import type { AuditEvent } from '../audit/event.ts';
import { newEvent } from '../audit/event.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import type { Redemption, RedemptionStore } from '../qr/redemption-store.ts';
import type { ScanLogins } from '../qr/scan-logins.ts';
import { isExpired, type QrSession } from '../qr/session.ts';
import type { QrSessionStore } from '../qr/store.ts';
import type { BrowserSignIn } from '../sessions/sso-login.ts';
import type { SsoLogins } from '../sessions/sso-logins.ts';
import type { SsoLoginStore } from '../sessions/sso-store.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';
import { createCodeMasks } from './code-mask.ts';
import { after } from './interaction.ts';
import type { Browser, Interactions, OpenInteraction } from './interactions.ts';

export interface BrowserSignInParts {
  interactionFlow: Interactions;
  sso: SsoLogins;
  ssoLogins: Pick<SsoLoginStore, 'open'>;
  redemptions: Pick<RedemptionStore, 'redeem'>;
  qrSessions: Pick<QrSessionStore, 'find'>;
  scanLogins: Pick<ScanLogins, 'checkAuthority' | 'askAgain'>;
  signIn: Pick<SignIn, 'requireNoReset'>;
  users: Pick<UserStore, 'find' | 'recordLogin'>;
  directory: { qrcodeLoginStrategy(application: OpenInteraction['application']): { ticketExpiresIn: number } };
  secrets: Secrets;
  clock: Clock;
}

interface Proof {
  user: User;
  amr: string[];
  parentId: string | null;
  authenticatedAt: number;
}

/** Signs a person in to the browser in front of an interaction. */
export function createBrowserSignIn(parts: BrowserSignInParts) {
  const { interactionFlow: flow, sso, ssoLogins, redemptions, qrSessions, scanLogins, signIn, users } = parts;
  const { directory, secrets, clock } = parts;
  const masks = createCodeMasks(secrets);

  /** @throws DomainError password_reset_required, wrong_credentials when the proof stopped to hold meanwhile */
  async function withProof(opened: OpenInteraction, user: User, method: 'pwd' | 'otp', browser: Browser) {
    await signIn.requireNoReset(user);
    const proof = { user, amr: [method], parentId: null, authenticatedAt: clock.now() };
    const entered = await enter(opened, proof, browser, (made, events) => ssoLogins.open(made, events));
    const now = await users.find(user.id);
    if (now?.passwordLastSetAt === user.passwordLastSetAt && now.status === 'Activated') return entered;
    if (entered.present !== null) await sso.end(entered.present.login, browser.caller, 'proof_outdated');
    throw new DomainError('wrong_credentials');
  }

  /** What binds a code to this page: nobody else can know what it is made of, so no other poller ever gets its ticket. */
  function pollChallenge(id: string, { flowSecret }: Browser): string {
    return secrets.hash(secrets.hash(JSON.stringify(['poll', id, flowSecret])));
  }

  /**
   * Redeems the code of the page, in one transaction with the sign-in: the ticket leaves the server in no reply. A code that another
   * tab redeemed is no error: where the interaction stands says everything.
   * @throws DomainError wrong_step, qr_not_scanned, qr_finished, qr_expired, ticket_invalid, user_suspended
   */
  async function withScan(opened: OpenInteraction, browser: Browser): Promise<OpenInteraction> {
    const { interaction, application, id } = opened;
    const { code } = interaction.state;
    if (code === null) throw new DomainError('wrong_step');
    const found = await qrSessions.find(code.hash);
    if (found === null) throw new DomainError('qr_expired');
    const { session, now } = found;
    if (session.status === 'CONSUMED') return opened;
    requireAuthorized(session, now);
    const isOurs = session.bindingHash !== null && secrets.equal(session.bindingHash, pollChallenge(id, browser));
    if (!isOurs || session.ticket === null || session.scanner === null) throw new DomainError('ticket_invalid');
    const { user } = await scanLogins.checkAuthority(session, application);
    await scanLogins.askAgain(session, masks.take(id, code) ?? '');

    const proof = {
      user,
      amr: ['qr'],
      parentId: session.scanner.loginSessionId,
      authenticatedAt: confirmedAt(session, opened, now),
    };
    const entered = await enter(opened, proof, browser, (made, events) => {
      const redemption = redemptionOf(session, made, secrets.hash(session.idHash));
      const facts = { ...redemption.facts, userId: user.id };
      const exchanged = newEvent(secrets, 'qr.exchanged', browser.caller, { ...facts, codeHash: session.idHash });
      return redemptions.redeem({ ...redemption, signIn: made, events: [exchanged, ...events] });
    });
    try {
      await scanLogins.checkAuthority(session, application);
    } catch (error) {
      if (error instanceof DomainError && entered.present?.login.parentId === proof.parentId) {
        await sso.end(entered.present.login, browser.caller, 'authority_ended');
      }
      throw error;
    }
    return entered;
  }

  function redemptionOf(session: QrSession, { login }: BrowserSignIn, fallback: string) {
    const { userPoolId, applicationId, idHash, ticket } = session;
    const redemption: Redemption = {
      ticketHash: ticket?.hash ?? fallback,
      codeHash: idHash,
      userPoolId,
      applicationId,
      loginSessionId: login.id,
      redeemedAt: clock.now(),
      callerHash: null,
    };
    return { redemption, facts: { userPoolId, applicationId, loginSessionId: login.id } };
  }

  /**
   * When the phone confirmed: a ticket's deadline is counted from there. The codes may have another clock than the rest, so the time since
   * then is taken off ours; the code was made for this page, so it cannot have been before that.
   */
  function confirmedAt(session: QrSession, { application, interaction }: OpenInteraction, now: number): number {
    const confirmed = session.expiresAt - directory.qrcodeLoginStrategy(application).ticketExpiresIn * 1000;
    return Math.max(clock.now() - Math.max(0, now - confirmed), interaction.createdAt);
  }

  /** Opens the SSO login and marks the interaction. Who was not first changes nothing, and sees where things stand. */
  async function enter(
    opened: OpenInteraction,
    { user, amr, parentId, authenticatedAt }: Proof,
    browser: Browser,
    write: (made: BrowserSignIn, events: AuditEvent[]) => Promise<boolean>,
  ): Promise<OpenInteraction> {
    const { id, interaction, application, present } = opened;
    const { caller } = browser;
    const seed = { keyId: secrets.currentKeyId, nonce: secrets.randomToken() };
    const secret = flow.ssoSecret(id, seed);
    if (secret === null) throw new Error('the current server key is missing');
    const made = sso.after({ user, application, amr, parentId, authenticatedAt, secret, present, caller });
    const authentication = { ssoLoginId: made.login.id, ...seed, at: authenticatedAt };
    const next = after(interaction, { authentication, wantsOther: false, chosenSsoLoginId: null });
    const { idHash, version } = next;
    const signedIn = { ...made, flow: { idHash, version, state: JSON.stringify(next.state) } };
    if (await write(signedIn, [sso.createdEvent(made.login, caller)])) {
      await users.recordLogin(user.id, authenticatedAt, caller.ip, application.id);
    }
    return flow.open(id, browser);
  }

  return { withProof, withScan, pollChallenge };
}

/** @throws DomainError qr_not_scanned, qr_finished, qr_expired */
function requireAuthorized(session: QrSession, now: number): void {
  if (session.status === 'CANCELLED') throw new DomainError('qr_finished');
  if (isExpired(session, now)) throw new DomainError('qr_expired');
  if (session.status !== 'AUTHORIZED') throw new DomainError('qr_not_scanned');
}
