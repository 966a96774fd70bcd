import type { ErrorCode } from '@passbeam/protocol';
import type { DeviceDecision } from '../devices/approval.ts';
import type { Application } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import type { Present, SsoLogins } from '../sessions/sso-logins.ts';
import { type Decision, decide, silentErrors } from './decide.ts';
import { after, codeMs, type DeviceResult, type Interaction, interactionMs, untouched } from './interaction.ts';
import { type Answer, createCodeIssue, granted, refused } from './issue.ts';
import type { AuthorizationError, AuthorizationRequest } from './request.ts';
import type { AuthorizationCodeStore, ConsentStore, InteractionStore, StepGives } from './store.ts';

/** The browser in front of an interaction, as its cookies tell. */
export interface Browser {
  /** The secret of this flow; null when the browser has none. */
  flowSecret: string | null;
  /** The secret of the SSO login that the browser has with a pool. */
  ssoSecretOf(userPoolId: string): string | null;
  caller: Caller;
}

/** An interaction that the browser in front of it may go on with. */
export interface OpenInteraction {
  id: string;
  interaction: Interaction;
  application: Application;
  present: Present | null;
  decision: Decision;
  /** Changes with whoever is signed in: a step is taken only by a page that was rendered for the same person. */
  formToken: string;
  /** The SSO cookie that the browser should have and has not. */
  cookieToSet: string | null;
}

/** What comes of a request or of a step. `over`: it was answered, and the answer was fetched or is too old. */
export type Next =
  | { kind: 'answer'; answer: Answer }
  | { kind: 'page' }
  | { kind: 'over' }
  | { kind: 'device'; result: DeviceResult };

export interface InteractionParts {
  interactions: InteractionStore;
  authorizationCodes: AuthorizationCodeStore;
  consents: ConsentStore;
  sso: SsoLogins;
  directory: Pick<Directory, 'getApplication' | 'findApplication'>;
  devices: { decide(decision: DeviceDecision): Promise<void> };
  secrets: Secrets;
  clock: Clock;
}

/** Nothing can be decided about the device any more. */
const isOver: ReadonlySet<ErrorCode> = new Set(['user_code_unknown', 'qr_finished', 'qr_other_user']);

/** Requests that wait for their person: how one begins, where it stands, and how it is answered. */
export function createInteractions(parts: InteractionParts) {
  const { interactions, authorizationCodes, consents, sso, directory, devices, secrets, clock } = parts;
  const issue = createCodeIssue(parts);

  async function begin(request: AuthorizationRequest, userPoolId: string): Promise<{ id: string; flowSecret: string }> {
    const id = secrets.randomToken();
    const flowSecret = secrets.randomToken();
    const now = clock.now();
    await interactions.insert({
      idHash: secrets.hash(id),
      browserHash: secrets.hash(flowSecret),
      userPoolId,
      request,
      state: untouched,
      createdAt: now,
      expiresAt: now + interactionMs,
      version: 1,
    });
    return { id, flowSecret };
  }

  /** @throws DomainError interaction_not_found, interaction_foreign */
  async function open(id: string, browser: Browser): Promise<OpenInteraction> {
    const interaction = await interactions.find(secrets.hash(id));
    if (interaction === null || interaction.expiresAt <= clock.now()) throw new DomainError('interaction_not_found');
    const { flowSecret } = browser;
    if (flowSecret === null || !secrets.equal(secrets.hash(flowSecret), interaction.browserHash)) {
      throw new DomainError('interaction_foreign');
    }
    const application = directory.findApplication(interaction.request.applicationId);
    if (!application?.enabled) throw new DomainError('interaction_not_found');
    const { present, cookieToSet } = await whoIsThere(id, interaction, browser);
    const { request, state, createdAt: askedAt } = interaction;
    const decision = await judge({ request, application, state, askedAt, present });
    const facts = [id, flowSecret, present?.login.id ?? null, present?.login.authenticatedAt ?? null];
    const formToken = secrets.hash(JSON.stringify(['form', ...facts]));
    return { id, interaction, application, present, decision, formToken, cookieToSet };
  }

  /** The person who signed in here, whose cookie may have been lost with the reply; else whoever the browser's cookie names. */
  async function whoIsThere(id: string, { userPoolId, state }: Interaction, browser: Browser) {
    const cookie = browser.ssoSecretOf(userPoolId);
    const { authentication } = state;
    const secret = authentication === null ? null : ssoSecret(id, authentication);
    if (authentication !== null && secret !== null) {
      const present = await sso.find(userPoolId, { id: authentication.ssoLoginId });
      const isLast = present !== null && secrets.equal(secrets.hash(secret), present.login.secretHash);
      if (isLast) return { present, cookieToSet: cookie === secret ? null : secret };
    }
    return { present: cookie === null ? null : await sso.find(userPoolId, { secret: cookie }), cookieToSet: null };
  }

  function ssoSecret(id: string, { keyId, nonce }: { keyId: string; nonce: string }): string | null {
    return secrets.derive(keyId, 'SSO login', id, nonce);
  }

  async function judge(given: {
    request: AuthorizationRequest;
    application: Application;
    state: Interaction['state'];
    askedAt: number;
    present: Present | null;
  }): Promise<Decision> {
    const { request, application, state, present } = given;
    const stored = present === null ? null : await consents.find(present.user.id, application.id);
    const consentedScope = state.consentedScope ?? stored?.scope ?? null;
    return decide({ ...given, request, sso: present?.login ?? null, consentedScope, now: clock.now() });
  }

  /** The answer, where nobody needs to be asked any more. Writes it on the interaction first, so that it stays the only one. */
  async function proceed(opened: OpenInteraction, browser: Browser): Promise<Next> {
    const { interaction, decision, present } = opened;
    const { request, state } = interaction;
    if (state.outcome !== null) return answerAgain(opened);
    if (decision.ask !== null || present === null) {
      if (!request.prompts.includes('none')) return { kind: 'page' };
      return refuse(opened, browser, silentErrors[decision.ask ?? 'signIn'], 'nobody can be asked with prompt=none');
    }
    if (request.device !== undefined) return settleDevice(opened, true, browser);
    const seed = { keyId: secrets.currentKeyId, nonce: secrets.randomToken() };
    const code = issue.derived(opened.id, seed);
    if (code === null) throw new Error('the current server key is missing');
    const next = after(interaction, { outcome: { kind: 'code', ...seed, at: clock.now() } });
    const row = issue.newCode(code, request, present, browser.caller);
    if (!(await interactions.replace(next, { code: row }))) return proceed(await open(opened.id, browser), browser);
    await sso.use(present);
    return { kind: 'answer', answer: granted(request, code) };
  }

  /** Ends the interaction with a refusal, unless it has its answer already: then with that. */
  async function refuse(
    opened: OpenInteraction,
    browser: Browser,
    error: AuthorizationError,
    description: string,
  ): Promise<Next> {
    const { interaction } = opened;
    if (interaction.state.outcome !== null) return answerAgain(opened);
    if (interaction.request.device !== undefined) return settleDevice(opened, false, browser);
    const next = after(interaction, { outcome: { kind: 'refusal', error, description } });
    if (!(await interactions.replace(next))) return refuse(await open(opened.id, browser), browser, error, description);
    return { kind: 'answer', answer: refused(interaction.request, error, description) };
  }

  /** Lets the device in or not; a repeat finds it as it is. Whoever has not proved a moment ago who they are decides nothing. */
  async function settleDevice(opened: OpenInteraction, allow: boolean, browser: Browser): Promise<Next> {
    const result = await deviceResult(opened, allow, browser);
    const next = after(opened.interaction, { outcome: { kind: 'device', result } });
    if (!(await interactions.replace(next))) return answerAgain(await open(opened.id, browser));
    return { kind: 'device', result };
  }

  async function deviceResult(
    { interaction, decision, present }: OpenInteraction,
    allow: boolean,
    { caller }: Browser,
  ): Promise<DeviceResult> {
    const { device } = interaction.request;
    if (device === undefined || present === null || decision.ask === 'signIn') return 'left';
    const { deviceCodeHash } = device;
    try {
      await devices.decide({ deviceCodeHash, allow, user: present.user, authentication: present.login, caller });
    } catch (error) {
      if (error instanceof DomainError && isOver.has(error.code)) return 'over';
      throw error;
    }
    return allow ? 'approved' : 'denied';
  }

  /** The same answer for a reload, the back button and a second click; no second code. */
  async function answerAgain({ id, interaction }: OpenInteraction): Promise<Next> {
    const { outcome } = interaction.state;
    const { request } = interaction;
    if (outcome?.kind === 'refusal') {
      return { kind: 'answer', answer: refused(request, outcome.error, outcome.description) };
    }
    if (outcome?.kind === 'device') return outcome;
    const code = outcome === null ? null : issue.derived(id, outcome);
    if (outcome === null || code === null || clock.now() - outcome.at >= codeMs) return { kind: 'over' };
    const row = await authorizationCodes.find(secrets.hash(code));
    return row === null || row.redeemedAt !== null
      ? { kind: 'over' }
      : { kind: 'answer', answer: granted(request, code) };
  }

  /** Writes a step. Who was not first sees where things stand now. */
  async function step(
    opened: OpenInteraction,
    change: Parameters<typeof after>[1],
    browser: Browser,
    gives: Pick<StepGives, 'consent' | 'event'> = {},
  ): Promise<OpenInteraction> {
    const next = after(opened.interaction, change);
    await interactions.replace(next, gives);
    return open(opened.id, browser);
  }

  return { begin, open, judge, proceed, refuse, step, ssoSecret, issue };
}

export type Interactions = ReturnType<typeof createInteractions>;
