import type { Clock, Secrets } from '../ground/ports.ts';
import type { Present } from '../sessions/sso-logins.ts';
import { type AuthorizationCode, codePrefix } from './code.ts';
import { codeMs } from './interaction.ts';
import type { AuthorizationError, AuthorizationRequest, ReturnAddress } from './request.ts';

/** What the browser carries back to the application. */
export interface Answer {
  returnTo: ReturnAddress;
  parameters: { code: string } | { error: AuthorizationError; error_description: string };
}

export function granted(returnTo: ReturnAddress, code: string): Answer {
  return { returnTo, parameters: { code } };
}

export function refused(returnTo: ReturnAddress, error: AuthorizationError, description: string): Answer {
  return { returnTo, parameters: { error, error_description: description } };
}

/** Makes authorization codes, of which stores keep the hash. */
export function createCodeIssue({ secrets, clock }: { secrets: Secrets; clock: Clock }) {
  function newCode(
    code: string,
    request: AuthorizationRequest,
    { login }: Present,
    browser: { ip: string | null; userAgent: string | null },
  ): AuthorizationCode {
    const now = clock.now();
    return {
      codeHash: secrets.hash(code),
      userPoolId: login.userPoolId,
      applicationId: request.applicationId,
      userId: login.userId,
      ssoLoginId: login.id,
      redirectUri: request.redirectUri,
      scope: request.scope,
      nonce: request.nonce,
      codeChallenge: request.codeChallenge,
      amr: login.amr,
      parentId: login.parentId,
      authenticatedAt: login.authenticatedAt,
      createdAt: now,
      expiresAt: now + codeMs,
      ip: browser.ip,
      userAgent: browser.userAgent,
      redeemedAt: null,
      loginSessionId: null,
    };
  }

  const random = () => `${codePrefix}${secrets.randomToken()}`;

  /** The same code each time, for the interaction of that id; null when the key is gone. */
  function derived(interactionId: string, { keyId, nonce }: { keyId: string; nonce: string }): string | null {
    const text = secrets.derive(keyId, 'authorization code', interactionId, nonce);
    return text === null ? null : `${codePrefix}${text}`;
  }

  return { newCode, random, derived };
}
