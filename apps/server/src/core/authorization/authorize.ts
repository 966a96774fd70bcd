import type { Directory } from '../directory/directory.ts';
import type { SsoLogins } from '../sessions/sso-logins.ts';
import { silentErrors } from './decide.ts';
import { untouched } from './interaction.ts';
import type { Browser, InteractionParts, Interactions, Next } from './interactions.ts';
import { type Answer, granted, refused } from './issue.ts';
import { createRequestReader, type GivenParameters } from './read-request.ts';
import { AuthorizationRefusal, type AuthorizationRequest } from './request.ts';

/** `begun`: an interaction waits for its person under this id, in the browser that gets the secret. */
export type Authorized = { kind: 'answer'; answer: Answer } | { kind: 'begun'; id: string; flowSecret: string };

/** The authorization endpoint (OpenID Connect Core 3.1.2). */
export function createAuthorization(
  parts: InteractionParts & {
    directory: Directory;
    signer: Parameters<typeof createRequestReader>[0]['signer'];
    sso: SsoLogins;
    interactionFlow: Interactions;
  },
) {
  const { directory, sso, clock, authorizationCodes, interactionFlow: flow } = parts;
  const read = createRequestReader(parts);

  /**
   * Answers a request that came with the cookies of the browser, at once where nobody needs to be asked.
   * @throws DomainError where nothing may be sent to the application's address
   */
  async function authorize(parameters: GivenParameters, browser: Browser): Promise<Authorized> {
    return answering(async () => {
      const request = await read(parameters);
      const application = directory.getApplication(request.applicationId);
      const secret = browser.ssoSecretOf(application.userPoolId);
      const present = secret === null ? null : await sso.find(application.userPoolId, { secret });
      const decision = await flow.judge({ request, application, present, state: untouched, askedAt: clock.now() });
      if (decision.ask === null && present !== null) {
        const code = flow.issue.random();
        await authorizationCodes.insert(flow.issue.newCode(code, request, present, browser.caller));
        await sso.use(present);
        return { kind: 'answer', answer: granted(request, code) };
      }
      if (request.prompts.includes('none')) {
        const error = silentErrors[decision.ask ?? 'signIn'];
        return { kind: 'answer', answer: refused(request, error, 'nobody can be asked with prompt=none') };
      }
      return begun(request);
    });
  }

  /** Keeps a request that a form of another site posted: it came without our cookies, which the address it is sent to will get. */
  async function keep(parameters: GivenParameters): Promise<Authorized> {
    return answering(async () => begun(await read(parameters)));
  }

  async function begun(request: AuthorizationRequest): Promise<Authorized> {
    const { userPoolId } = directory.getApplication(request.applicationId);
    return { kind: 'begun', ...(await flow.begin(request, userPoolId)) };
  }

  /** Goes on with an interaction: its answer, or the page that asks. @throws DomainError interaction_not_found, interaction_foreign */
  async function resume(id: string, browser: Browser): Promise<Next> {
    return flow.proceed(await flow.open(id, browser), browser);
  }

  return { authorize, keep, resume };
}

export type Authorization = ReturnType<typeof createAuthorization>;

async function answering(work: () => Promise<Authorized>): Promise<Authorized> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AuthorizationRefusal)) throw error;
    return { kind: 'answer', answer: refused(error.returnTo, error.error, error.description) };
  }
}
