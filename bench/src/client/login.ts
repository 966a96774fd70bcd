import type { Connection } from './connection.ts';

/** The steps of a login, in their order. */
export const steps = ['create', 'scan', 'confirm', 'poll', 'exchange'] as const;
export type Step = (typeof steps)[number];

export interface Site {
  id: string;
  secret: string;
}

interface Reply {
  statusCode: number;
  message: string;
  data: { qrcodeId?: string; status?: string; ticket?: string; access_token?: string };
}

/** The calls that a site's backend, its page and a phone send. Each goes over the connection that `next` gives, which may be to another node. */
export function createLoginCalls(next: () => Connection, site: Site, accessToken: string) {
  const json = 'content-type: application/json\r\n';
  const siteHeaders = `x-authing-app-id: ${site.id}\r\n`;
  const phoneHeaders = `${json}authorization: Bearer ${accessToken}\r\n`;

  async function post(path: string, headers: string, body: unknown): Promise<Reply['data']> {
    return dataOf(path, await next().request('POST', path, headers, JSON.stringify(body)));
  }

  const act = async (qrcodeId: string, action: string) =>
    void (await post('/api/v3/change-qrcode-status', phoneHeaders, { qrcodeId, action }));

  return {
    /** Resolves to the id of a new QR code. */
    create: async () => given((await post('/api/v3/gene-qrcode', siteHeaders + json, { type: 'MOBILE_APP' })).qrcodeId),
    scan: (qrcodeId: string) => act(qrcodeId, 'SCAN'),
    confirm: (qrcodeId: string) => act(qrcodeId, 'CONFIRM'),
    /** Polls once; resolves to the ticket. */
    async poll(qrcodeId: string) {
      const path = `/api/v3/get-qrcode-status?qrcodeId=${qrcodeId}`;
      return given(dataOf(path, await next().request('GET', path, siteHeaders)).ticket);
    },
    /** Resolves to an access token. */
    exchange: async (ticket: string) =>
      given(
        (
          await post('/api/v3/exchange-tokenset-with-qrcode-ticket', siteHeaders + json, {
            ticket,
            client_id: site.id,
            client_secret: site.secret,
          })
        ).access_token,
      ),
  };
}

export type LoginCalls = ReturnType<typeof createLoginCalls>;

export async function completeLogin({ create, scan, confirm, poll, exchange }: LoginCalls): Promise<void> {
  const qrcodeId = await create();
  await scan(qrcodeId);
  await confirm(qrcodeId);
  await exchange(await poll(qrcodeId));
}

function dataOf(path: string, text: string): Reply['data'] {
  const { statusCode, message, data } = JSON.parse(text) as Reply;
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${message}`);
  return data;
}

function given(value: string | undefined): string {
  if (value === undefined) throw new Error('a reply lacks what the next step needs');
  return value;
}
