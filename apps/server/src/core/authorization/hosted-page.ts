import { newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import { DomainError } from '../ground/errors.ts';
import type { Secrets } from '../ground/ports.ts';
import type { QrView } from '../qr/poll.ts';
import { isExpired, type QrSession, secondsLeft } from '../qr/session.ts';
import type { QrSessionStore } from '../qr/store.ts';
import type { PasscodeSignIns } from '../sign-in/passcode-sign-in.ts';
import type { PasswordReset } from '../sign-in/reset-password.ts';
import { claimedOwner } from '../sign-in/reset-tokens.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import type { SignUp } from '../sign-in/sign-up.ts';
import { type Contact, findByContact } from '../users/contact.ts';
import type { UserStore } from '../users/store.ts';
import { type BrowserSignInParts, createBrowserSignIn } from './browser-sign-in.ts';
import { createCodeMasks } from './code-mask.ts';
import type { Browser, InteractionParts, OpenInteraction } from './interactions.ts';
import { createOffers, requireOffered } from './offers.ts';

/** The code of the page as the page sees it: never with its ticket. */
export interface PageCode {
  status: 'NONE' | 'PENDING' | 'SCANNED' | 'AUTHORIZED' | 'CANCELLED' | 'EXPIRED';
  user?: { displayName: string; photo: string };
  secondsLeft?: number;
  /** While the code lives. */
  qrcodeId?: string;
}

/**
 * The steps that a person takes on the hosted page. Each takes the interaction as it was rendered and returns it as it is after, with
 * its answer once nobody needs to be asked; a repeat and a second tab get the same.
 */
export function createHostedPage(
  parts: Omit<BrowserSignInParts, 'users' | 'signIn' | 'directory'> &
    Pick<InteractionParts, 'consents'> & {
      signIn: SignIn;
      passcodeSignIn: PasscodeSignIns;
      signUp: SignUp;
      passwordReset: PasswordReset;
      users: UserStore;
      qrSessions: Pick<QrSessionStore, 'find'>;
      directory: Parameters<typeof createOffers>[0]['directory'];
      sender: Parameters<typeof createOffers>[0]['sender'];
      secrets: Secrets;
    },
) {
  const { interactionFlow: flow, consents, signIn, passcodeSignIn, signUp, passwordReset, users, qrSessions } = parts;
  const { secrets, clock } = parts;
  const browserSignIn = createBrowserSignIn(parts);
  const offersOf = createOffers(parts);
  const masks = createCodeMasks(secrets);

  /** The interaction for the page to show. @throws DomainError interaction_not_found, interaction_foreign */
  function read(id: string, browser: Browser): Promise<OpenInteraction> {
    return flow.open(id, browser);
  }

  /**
   * Runs a step for whoever the page was rendered for, and then whatever follows without asking anybody. A step after the answer does
   * nothing.
   * @throws DomainError form_stale, and what the step throws
   */
  async function take(
    id: string,
    browser: Browser,
    formToken: string | null,
    step: (opened: OpenInteraction) => Promise<OpenInteraction>,
  ): Promise<OpenInteraction> {
    const opened = await flow.open(id, browser);
    if (opened.interaction.state.outcome !== null) return opened;
    if (formToken === null || !secrets.equal(formToken, opened.formToken)) throw new DomainError('form_stale');
    const { cookieToSet, ...taken } = await step(opened);
    if (taken.decision.ask !== null) return { ...taken, cookieToSet };
    await flow.proceed({ ...taken, cookieToSet }, browser);
    return { ...(await flow.open(id, browser)), cookieToSet };
  }

  /** The step as a person who must sign in. @throws DomainError wrong_step, permission_denied */
  function whileSigningIn(opened: OpenInteraction, isOffered: boolean): Application {
    if (opened.decision.ask !== 'signIn') throw new DomainError('wrong_step');
    requireOffered(isOffered);
    return opened.application;
  }

  return {
    read,
    take,
    offersOf,
    pollChallenge: browserSignIn.pollChallenge,

    /** @throws DomainError wrong_step, permission_denied */
    requireScan: (opened: OpenInteraction) => whileSigningIn(opened, offersOf(opened.application).qrcode),

    /** @throws DomainError wrong_step, permission_denied */
    requirePasscode(opened: OpenInteraction, kind: Contact['kind']) {
      whileSigningIn(opened, offersOf(opened.application).passcode?.channels.includes(kind) ?? false);
      return 'CHANNEL_LOGIN' as const;
    },

    /** @throws DomainError wrong_step, permission_denied */
    requireForgotten(opened: OpenInteraction) {
      whileSigningIn(opened, offersOf(opened.application).forgotPassword);
      return 'CHANNEL_RESET_PASSWORD' as const;
    },

    /** The page shows this code from now on. */
    showCode: (opened: OpenInteraction, qrcodeId: string, browser: Browser) =>
      flow.step(opened, { code: masks.put(opened.id, qrcodeId) }, browser),

    async code({ id, interaction }: OpenInteraction): Promise<PageCode> {
      const { code } = interaction.state;
      if (code === null) return { status: 'NONE' };
      const found = await qrSessions.find(code.hash);
      if (found === null) return { status: 'EXPIRED' };
      return pageCode(found.session, found.now, masks.take(id, code));
    },

    /** Names the code that the page shows to whoever waits for its changes; null when it shows none. */
    shownCodeHash: ({ interaction }: OpenInteraction): string | null => interaction.state.code?.hash ?? null,

    /** The code for a page that waits for this one: over once another tab shows another, or the sign-in has its answer. */
    viewOfCode({ interaction }: OpenInteraction, { status, secondsLeft }: PageCode, codeHash: string): QrView {
      const { code, outcome } = interaction.state;
      const isOver = code?.hash !== codeHash || outcome !== null || status === 'NONE';
      return isOver ? { status: 'EXPIRED' } : { status, ...(secondsLeft === undefined ? {} : { secondsLeft }) };
    },

    withScan: (opened: OpenInteraction, browser: Browser) => browserSignIn.withScan(opened, browser),

    async withPassword(opened: OpenInteraction, given: { account: string; password: string }, browser: Browser) {
      const application = whileSigningIn(opened, offersOf(opened.application).password !== null);
      const { account: identifier, password } = given;
      const user = await signIn.prove({
        application,
        field: 'account',
        identifier,
        password,
        caller: browser.caller,
      });
      return browserSignIn.withProof(opened, user, 'pwd', browser);
    },

    async withPasscode(opened: OpenInteraction, given: { contact: Contact; passcode: string }, browser: Browser) {
      const offers = offersOf(opened.application);
      const { kind } = given.contact;
      const application = whileSigningIn(opened, offers.passcode?.channels.includes(kind) ?? false);
      const autoRegister = offers.signUp?.passcode.includes(kind) ?? false;
      const user = await passcodeSignIn.prove({ application, ...given, autoRegister, caller: browser.caller });
      return browserSignIn.withProof(opened, user, 'otp', browser);
    },

    async withSignUp(
      opened: OpenInteraction,
      given: { username?: string; email?: string; phone?: string; password: string },
      browser: Browser,
    ) {
      const { signUp: offered } = offersOf(opened.application);
      const isOffered = (['username', 'email', 'phone'] as const).every(
        (field) => given[field] === undefined || offered?.with.includes(field),
      );
      const application = whileSigningIn(opened, offered !== null && isOffered);
      const user = await signUp.withPassword({ application, ...given, profile: {}, caller: browser.caller });
      return browserSignIn.withProof(opened, user, 'pwd', browser);
    },

    async withForgottenPassword(
      opened: OpenInteraction,
      { contact, passcode, password }: { contact: Contact; passcode: string; password: string },
      browser: Browser,
    ) {
      const application = whileSigningIn(opened, offersOf(opened.application).forgotPassword);
      await passwordReset.withPasscode(application, { contact, passcode }, password, browser.caller);
      const user = await findByContact(users, application.userPoolId, contact);
      if (user === null) throw new DomainError('user_not_found');
      return browserSignIn.withProof(opened, user, 'pwd', browser);
    },

    /** After `password_reset_required`, with the token of that refusal. */
    async withDuePassword(opened: OpenInteraction, given: { token: string; password: string }, browser: Browser) {
      const application = whileSigningIn(opened, true);
      await passwordReset.reset(application, given.token, given.password, browser.caller);
      const user = await users.find(claimedOwner(given.token));
      if (user === null) throw new DomainError('user_not_found');
      return browserSignIn.withProof(opened, user, 'pwd', browser);
    },

    async choose(opened: OpenInteraction, choice: 'continue' | 'other', browser: Browser): Promise<OpenInteraction> {
      if (opened.decision.ask !== 'chooseAccount' && choice === 'continue') throw new DomainError('wrong_step');
      const change = choice === 'other' ? { wantsOther: true } : { chosenSsoLoginId: opened.present?.login.id ?? null };
      return flow.step(opened, change, browser);
    },

    async consent(opened: OpenInteraction, isAllowed: boolean, browser: Browser): Promise<OpenInteraction> {
      const { decision, present, interaction, application } = opened;
      if (decision.ask !== 'consent' || present === null) throw new DomainError('wrong_step');
      if (!isAllowed) return cancel(opened, browser);
      const { scope } = interaction.request;
      const before = await consents.find(present.user.id, application.id);
      const all = [...new Set(`${before?.scope ?? ''} ${scope}`.split(' '))].filter((word) => word !== '').join(' ');
      const consent = { userId: present.user.id, applicationId: application.id, scope: all, givenAt: clock.now() };
      // What a device may is asked each time.
      const isKept = interaction.request.device === undefined;
      const facts = { userPoolId: interaction.userPoolId, applicationId: application.id, userId: present.user.id };
      const event = newEvent(secrets, 'consent.given', browser.caller, { ...facts, detail: { scopes: scope } });
      return flow.step(opened, { consentedScope: scope }, browser, isKept ? { consent, event } : {});
    },

    cancel,
  };

  async function cancel(opened: OpenInteraction, browser: Browser): Promise<OpenInteraction> {
    await flow.refuse(opened, browser, 'access_denied', 'the person did not sign in');
    return flow.open(opened.id, browser);
  }
}

export type HostedPage = ReturnType<typeof createHostedPage>;

function pageCode(session: QrSession, now: number, qrcodeId: string | null): PageCode {
  const { scanner, status } = session;
  if (status === 'CONSUMED' || isExpired(session, now)) return { status: 'EXPIRED' };
  const user = scanner === null ? {} : { user: { displayName: scanner.displayName, photo: scanner.photo } };
  const time = status === 'CANCELLED' ? {} : { secondsLeft: secondsLeft(session, now) };
  return { status, ...(qrcodeId !== null && { qrcodeId }), ...user, ...time };
}
