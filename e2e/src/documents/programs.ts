import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Approval, type ApprovalState, ManagementClient } from '@passbeam/sdk';
import { expect } from 'vitest';
import { type PhoneApi, phoneToken } from '../support/phone-api.ts';
import { type Product, siteApplication, userPoolId, userPoolSecret } from '../support/product.ts';

/** What the programs of the documents need: a server, and Alice's phone. */
export interface World {
  product: Product;
  phone: PhoneApi;
  /** Scans and confirms as Alice by the API; resolves to what a page would post. */
  confirm(qrcodeId: string): Promise<void>;
  /** The folder with the document's blocks, in which ids and secrets are filled in. */
  folder: string;
}

export const scannedText = (qrcodeId: string) => JSON.stringify({ scene: 'APP_AUTH', random: qrcodeId, userPoolId });
const state = 'drawn-for-the-visitor-of-the-journey';

/** How to run each program of the documents, by calling what it exports. The programs of README.md have a journey of their own. */
export const programs: Record<string, (world: World) => Promise<void>> = {
  'docs/guide/integrate.md verify.ts': async (world) => {
    const { userOf } = await load(world, 'verify.ts');
    const tokens = await tokensOf(world);
    expect(await userOf(tokens)).toBe(tokens.userId);
    await expect(userOf({ ...tokens, id_token: undefined })).rejects.toThrow('openid');
  },
  'docs/guide/integrate.md read-code.ts': async (world) => {
    const { qrcodeIdIn } = await load(world, 'read-code.ts');
    const { qrcodeId } = await api(world, 'gene-qrcode', { type: 'MOBILE_APP' });
    expect(qrcodeIdIn(scannedText(qrcodeId))).toBe(qrcodeId);
    expect(qrcodeIdIn(scannedText(qrcodeId).replace(userPoolId, 'another-pool'))).toBeNull();
    expect(qrcodeIdIn(`${world.product.url}/q/${qrcodeId}`)).toBe(qrcodeId);
    expect(qrcodeIdIn(`https://elsewhere.test/q/${qrcodeId}`)).toBeNull();
  },
  'docs/guide/integrate.md own-codes.ts': async (world) => {
    const { newCode } = await load(world, 'own-codes.ts');
    const browser = {
      ip: '203.0.113.7',
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    };
    const { qrcodeId, url, pollSecret } = await newCode(state, browser);
    expect((await fetch(url)).headers.get('content-type')).toMatch(/^image\//);
    const { consent } = await world.phone.scan(qrcodeId);
    expect(consent).toMatchObject({ ip: '203.0.113.7', browser: expect.stringContaining('Firefox') });
    await world.phone.confirm(qrcodeId);
    const { ticket } = await api(world, `get-qrcode-status?qrcodeId=${qrcodeId}`, undefined, {
      'x-qr-poll-secret': pollSecret,
    });
    expect(ticket).toMatch(/^tk_/);
  },
  'docs/guide/leaving-genauth.md redirect.ts': async (world) => {
    const { logIn, loggedIn } = await load(world, 'redirect.ts');
    const session = new Map<string, string>();
    const address = new URL(await logIn(session));
    const { code_challenge_method, redirect_uri, state } = Object.fromEntries(address.searchParams);
    expect([address.origin, code_challenge_method]).toEqual([world.product.url, 'S256']);
    const back = (fields: Record<string, string | undefined>) =>
      `${redirect_uri}?${new URLSearchParams(fields as Record<string, string>)}`;
    await expect(loggedIn(new Map(), back({ state, code: 'x' }))).rejects.toMatchObject({ code: 'login_not_begun' });
    expect(await loggedIn(session, back({ state, error: 'access_denied' }))).toBeNull();
    expect(session.size).toBe(0);
  },
  'docs/guide/phone.md mini-program.ts': async (world) => {
    const { openApproval } = await load(world, 'mini-program.ts');
    const token = await phoneToken(world.product);
    const { qrcodeId } = await api(world, 'gene-qrcode', { type: 'MOBILE_APP' });
    Object.assign(globalThis, { wx: { request: requestOfMiniProgram } });
    const approval: Approval = openApproval(() => token);
    await new Promise<void>((resolve) => {
      approval.subscribe(() => {
        const state = approval.getState();
        if (state.step === 'consent') approval.approve();
        if (state.step === 'outcome') resolve();
      });
      approval.scan(scannedText(qrcodeId));
    });
    Reflect.deleteProperty(globalThis, 'wx');
    expect(approval.getState()).toMatchObject({ outcome: 'approved', heading: '已在网站上登录' });
    expect((await api(world, `get-qrcode-status?qrcodeId=${qrcodeId}`)).status).toBe('AUTHORIZED');
  },
  'packages/sdk/README.md exchange.ts': async (world) => {
    const { newState, userOf } = await load(world, 'exchange.ts');
    const mine = newState();
    const { qrcodeId } = await api(world, 'gene-qrcode', { type: 'MOBILE_APP', state: mine });
    await world.confirm(qrcodeId);
    const { ticket } = await api(world, `get-qrcode-status?qrcodeId=${qrcodeId}`);
    expect(await userOf({ ticket }, newState())).toBeNull();
    expect(await userOf({ ticket }, null)).toBeNull();
    expect(await userOf({ ticket }, mine)).toEqual({ id: expect.any(String), name: 'Alice' });
    await expect(userOf({ ticket: 'tk_none' }, mine)).rejects.toMatchObject({ code: 'ticket_invalid' });
  },
  'packages/sdk/README.md phone.ts': async (world) => {
    const { openPhone } = await load(world, 'phone.ts');
    const token = await phoneToken(world.product);
    const statuses: string[] = [];
    for (const answer of ['approve', 'decline'] as const) {
      const { qrcodeId } = await api(world, 'gene-qrcode', { type: 'MOBILE_APP' });
      await new Promise<void>((resolve) => {
        const phone: Approval = openPhone(
          () => token,
          ({ step }: ApprovalState) => {
            if (step === 'consent') phone[answer]();
            if (step === 'outcome') resolve();
          },
        );
        expect(phone.scan('not a login code')).toBe(false);
        expect(phone.scan(scannedText(qrcodeId))).toBe(true);
      });
      statuses.push((await api(world, `get-qrcode-status?qrcodeId=${qrcodeId}`)).status);
    }
    expect(statuses).toEqual(['AUTHORIZED', 'CANCELLED']);
  },
  'packages/sdk/README.md page.ts': async (world) => {
    const { logIn } = await load(world, 'page.ts');
    const told: string[] = [];
    const show = (code: { qrcodeId: string }) => void world.confirm(code.qrcodeId);
    const posted = await logIn(state, show, (status: string) => told.push(status));
    expect(told.at(-1)).toBe('AUTHORIZED');
    const { ticket, pollSecret: poll_secret } = posted;
    const tokens = await api(world, 'exchange-tokenset-with-qrcode-ticket', { ...secrets, ticket, poll_secret, state });
    expect(tokens.access_token).toEqual(expect.any(String));
  },
  'packages/sdk/README.md manage.ts': async (world) => {
    const { shortenCodes, signOut, switchOff } = await load(world, 'manage.ts');
    await shortenCodes();
    expect((await api(world, 'gene-qrcode', { type: 'MOBILE_APP' })).expiresIn).toBe(60);
    const { access_token } = await tokensOf(world);
    expect(await signOut('alice')).toBe(1);
    await expect(api(world, 'get-profile', undefined, { authorization: access_token })).rejects.toThrow('401');
    await switchOff(siteApplication.id);
    await expect(api(world, 'gene-qrcode', { type: 'MOBILE_APP' })).rejects.toThrow();
    const management = new ManagementClient({
      host: world.product.url,
      accessKeyId: userPoolId,
      accessKeySecret: userPoolSecret,
    });
    await management.updateApplication({ appId: siteApplication.id, enabled: true });
  },
};

/** A mini program's request, as its own runtime has it. */
function requestOfMiniProgram(call: {
  url: string;
  method: string;
  header: Record<string, string>;
  data: string;
  success(reply: object): void;
  fail(error: unknown): void;
}): void {
  const { url, method, header, data } = call;
  fetch(url, { method, headers: header, body: data })
    .then(async (reply) => ({
      statusCode: reply.status,
      data: await reply.text(),
      header: Object.fromEntries(reply.headers),
    }))
    .then(call.success, call.fail);
}

const secrets = { client_id: siteApplication.id, client_secret: siteApplication.secret };

async function tokensOf(world: World) {
  const { qrcodeId } = await api(world, 'gene-qrcode', { type: 'MOBILE_APP' });
  await world.confirm(qrcodeId);
  const { ticket } = await api(world, `get-qrcode-status?qrcodeId=${qrcodeId}`);
  const tokens = await api(world, 'exchange-tokenset-with-qrcode-ticket', { ...secrets, ticket });
  const { userId } = await api(world, 'get-profile', undefined, { authorization: tokens.access_token });
  return { ...tokens, userId };
}

/** Calls the v3 API as the site. @throws Error with the refusal */
export async function api(world: World, path: string, body?: object, more: Record<string, string> = {}) {
  const headers = { 'x-authing-app-id': siteApplication.id, 'content-type': 'application/json', ...more };
  const request = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  const reply = await (await fetch(`${world.product.url}/api/v3/${path}`, request)).json();
  if (reply.statusCode !== 200) throw new Error(JSON.stringify(reply));
  return reply.data;
}

const load = ({ folder }: World, file: string) => import(pathToFileURL(join(folder, file)).href);
