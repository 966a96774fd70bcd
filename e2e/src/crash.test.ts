import { AuthenticationClient } from '@passbeam/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alice, type Product, phoneApplication, siteApplication, startProduct } from './support/product.ts';

const steps = ['create', 'scan', 'confirm', 'exchange'] as const;
const rounds = 12;

/** After `kill -9` everything is kept that the server acknowledged, and a ticket logs in once (threats T42, T43, T50). */
describe('a server that is killed', () => {
  let product: Product;
  let site: AuthenticationClient;
  /** Another program that knows the site's secret; the server tells it from the backend by its user agent. */
  let thief: AuthenticationClient;
  let phone: AuthenticationClient;

  beforeAll(async () => {
    product = await startProduct({ direct: true, environment: { RATE_LIMITS: 'off', LOG_LEVEL: 'error' } });
    const backend = { host: product.url, appId: siteApplication.id, appSecret: siteApplication.secret };
    site = new AuthenticationClient(backend);
    thief = new AuthenticationClient({
      ...backend,
      fetch: (input, init) => fetch(input, { ...init, headers: { ...init?.headers, 'user-agent': 'thief' } }),
    });
    phone = new AuthenticationClient({
      host: product.url,
      appId: phoneApplication.id,
      tokenEndpointAuthMethod: 'none',
    });
    const tokenSet = await phone.signInByUsernamePassword({ username: alice.username, password: alice.password });
    phone.setAccessToken(tokenSet.access_token as string);
  });
  afterAll(() => product?.stop());

  it.each(
    Array.from({ length: rounds }, (_, round) => ({
      round,
      step: steps[round % steps.length] as string,
      delayMs: round / 3,
    })),
  )('keeps what it acknowledged: round $round, killed during $step', async ({ step, delayMs }) => {
    const acknowledged = new Set<string>();
    let qrcodeId = '';
    let ticket = '';
    let accessToken = '';
    const flow: Record<string, () => Promise<void>> = {
      create: async () => {
        qrcodeId = (await site.geneQrCode({ type: 'MOBILE_APP' })).qrcodeId;
      },
      scan: async () => {
        await phone.changeQrCodeStatus({ qrcodeId, action: 'SCAN' });
      },
      confirm: async () => {
        await phone.changeQrCodeStatus({ qrcodeId, action: 'CONFIRM' });
      },
      exchange: async () => {
        accessToken = (await site.exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId })).access_token as string;
      },
    };
    for (const name of steps) {
      if (name === 'exchange') ticket = (await site.getQrCodeStatus({ qrcodeId })).ticket as string;
      const running = flow[name]?.().then(
        () => acknowledged.add(name),
        () => {},
      );
      if (name === step) {
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        await product.crash();
        await running;
        break;
      }
      await running;
    }

    if (qrcodeId === '') return;
    const view = await site.getQrCodeStatus({ qrcodeId });
    const order = ['PENDING', 'SCANNED', 'AUTHORIZED', 'EXPIRED'];
    const reached = order.indexOf(view.status);
    if (acknowledged.has('scan')) expect(reached).toBeGreaterThanOrEqual(order.indexOf('SCANNED'));
    if (acknowledged.has('confirm')) expect(reached).toBeGreaterThanOrEqual(order.indexOf('AUTHORIZED'));
    if (ticket !== '' && view.status === 'AUTHORIZED') expect(view.ticket).toBe(ticket);
    if (view.status !== 'AUTHORIZED' && ticket === '') return;

    // Whenever the kill came, the ticket gives one login. The backend may have lost the reply, and gets the same login again.
    const exchange = { ticket: ticket || (view.ticket as string), qrcodeId };
    const again = (await site.exchangeTokenSetWithQrCodeTicket(exchange)).access_token as string;
    if (acknowledged.has('exchange')) {
      expect(view.status).toBe('EXPIRED');
      expect(again).toBe(accessToken);
    }
    await expect(thief.exchangeTokenSetWithQrCodeTicket(exchange)).rejects.toMatchObject({ isTransient: false });
    expect((await site.getProfile({}, { accessToken: again })).username).toBe(alice.username);
  });
});
