import type { DeviceApprovals } from '../devices/approval.ts';
import { DomainError } from '../ground/errors.ts';
import type { DeviceResult } from './interaction.ts';
import type { Browser, Interactions } from './interactions.ts';

/** The page's way to let a device in: an interaction that always asks who the person is, and whether they agree (decision 27). */
export function createDeviceSignIn(parts: { devices: Pick<DeviceApprovals, 'find'>; interactionFlow: Interactions }) {
  const { devices, interactionFlow: flow } = parts;

  /** Begins with the code that a person typed. @throws DomainError user_code_unknown, qr_finished, app_not_found */
  async function begin(typed: string): Promise<{ id: string; flowSecret: string }> {
    const { application, scope, ...device } = await devices.find(typed);
    const request = {
      applicationId: application.id,
      redirectUri: '',
      responseMode: 'query',
      state: null,
      nonce: null,
      scope,
      codeChallenge: null,
      prompts: ['login', 'consent'],
      maxAgeSeconds: null,
      hintedUserId: null,
      loginHint: null,
      locale: null,
      device,
    } as const;
    return flow.begin({ ...request, prompts: [...request.prompts] }, application.userPoolId);
  }

  /** What was decided; null while the page still asks. @throws DomainError interaction_not_found, interaction_foreign */
  async function resultOf(id: string, browser: Browser): Promise<DeviceResult | null> {
    const { outcome } = (await flow.open(id, browser)).interaction.state;
    if (outcome === null) return null;
    if (outcome.kind !== 'device') throw new DomainError('interaction_not_found');
    return outcome.result;
  }

  return { begin, resultOf };
}
