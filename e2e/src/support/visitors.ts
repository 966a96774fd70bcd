import { AuthenticationClient } from '@passbeam/sdk';
import { expect } from 'vitest';
import { alice, phoneApplication, siteApplication } from './product.ts';

/** How many pages wait through the whole test. */
export const patientPages = 2;

/** People and pages that come by one load balancer, and what goes wrong for them. */
export class Visitors {
  readonly failures: string[] = [];
  logins = 0;
  streams = 0;
  readonly #note: (failure: string) => string;
  readonly #site: AuthenticationClient;
  readonly #phone: AuthenticationClient;

  /** `note` adds to a failure where and when it happened. */
  constructor(host: string, accessToken: string, note: (failure: string) => string) {
    this.#note = note;
    this.#site = new AuthenticationClient({ host, appId: siteApplication.id, appSecret: siteApplication.secret });
    this.#phone = new AuthenticationClient({ host, appId: phoneApplication.id, tokenEndpointAuthMethod: 'none' });
    this.#phone.setAccessToken(accessToken);
  }

  async logInWhile(isGoingOn: () => boolean): Promise<void> {
    while (isGoingOn()) {
      await this.#noting(async () => {
        await this.logIn();
        this.logins += 1;
      });
    }
  }

  /** Runs pages that wait all the time, whose codes are confirmed when `end` resolves, and beside them pages that come and go. */
  async watchWhile(isGoingOn: () => boolean, end: Promise<unknown>): Promise<void> {
    const patient = Array.from({ length: patientPages }, () => this.#noting(() => this.logInByStream(end)));
    while (isGoingOn()) await this.#noting(() => this.logInByStream(null));
    await Promise.all(patient);
  }

  /** One login by polls. The balancer sends each step to another node, which must know what the one before acknowledged. */
  async logIn(): Promise<void> {
    const { qrcodeId } = await this.#site.geneQrCode({ type: 'MOBILE_APP' });
    const status = async () => this.#site.getQrCodeStatus({ qrcodeId });
    expect((await status()).status).toBe('PENDING');
    await this.#phone.changeQrCodeStatus({ qrcodeId, action: 'SCAN' });
    expect((await status()).status).toBe('SCANNED');
    await this.#phone.changeQrCodeStatus({ qrcodeId, action: 'CONFIRM' });
    const confirmed = await status();
    expect(confirmed.status).toBe('AUTHORIZED');
    await this.#exchange(qrcodeId, confirmed.ticket);
  }

  /** One login by the SDK's `watchQrCodeStatus`, which opens a new stream when a stopping node ends one. */
  async logInByStream(confirmAfter: Promise<unknown> | null): Promise<void> {
    const { qrcodeId } = await this.#site.geneQrCode({ type: 'MOBILE_APP' });
    const seen: string[] = [];
    let ticket: string | undefined;
    for await (const view of this.#site.watchQrCodeStatus({ qrcodeId, signal: AbortSignal.timeout(100_000) })) {
      seen.push(view.status);
      ticket = view.ticket;
      if (view.status === 'PENDING') await this.#phone.changeQrCodeStatus({ qrcodeId, action: 'SCAN' });
      // Not awaited, so that the page keeps listening.
      const confirm = () => this.#noting(() => this.#phone.changeQrCodeStatus({ qrcodeId, action: 'CONFIRM' }));
      if (view.status === 'SCANNED') void (confirmAfter ?? Promise.resolve()).then(confirm);
    }
    expect(seen).toEqual(['PENDING', 'SCANNED', 'AUTHORIZED']);
    await this.#exchange(qrcodeId, ticket);
    this.streams += 1;
  }

  async #exchange(qrcodeId: string, ticket = ''): Promise<void> {
    const tokenSet = await this.#site.exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId });
    const profile = await this.#site.getProfile({}, { accessToken: tokenSet.access_token as string });
    expect(profile.username).toBe(alice.username);
    // A repeated exchange gives the same login, whichever node it reaches.
    const again = await this.#site.exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId });
    expect(again.access_token).toBe(tokenSet.access_token);
  }

  async #noting(work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: unknown) => {
      this.failures.push(this.#note(String(error)));
    });
  }
}
