import { phoneApplication, siteApplication } from '../support/product.ts';

export interface Answer {
  statusCode: number;
  apiCode?: number;
  message: string;
  // biome-ignore lint/suspicious/noExplicitAny: each call answers in a form of its own
  data: any;
}

/** What pages, phones and backends of the shop send to the server. */
export function callsTo(url: string) {
  async function send(path: string, headers: Record<string, string>, body?: object): Promise<Answer> {
    const reply = await fetch(`${url}/api/v3/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await reply.json()) as Answer;
  }
  const geneQrCode = async (appId: string) => (await send('gene-qrcode', asApp(appId), { type: 'MOBILE_APP' })).data;
  const asApp = (appId: string) => ({ 'x-authing-app-id': appId });

  return {
    /** A code as a site's backend makes it. */
    createCode: async (appId = siteApplication.id): Promise<string> => (await geneQrCode(appId)).qrcodeId,
    /** For how many seconds a new code may be scanned. */
    lifeOfACode: async (): Promise<number> => (await geneQrCode(siteApplication.id)).expiresIn,
    poll: (qrcodeId: string, appId = siteApplication.id) =>
      send(`get-qrcode-status?qrcodeId=${qrcodeId}`, asApp(appId)),
    /** The access token of somebody's phone. */
    async phoneOf({ username, password }: { username: string; password: string }): Promise<string> {
      const body = { connection: 'PASSWORD', passwordPayload: { username, password } };
      return (await send('signin', asApp(phoneApplication.id), body)).data.access_token;
    },
    act: (token: string, qrcodeId: string, action: 'SCAN' | 'CONFIRM') =>
      send(
        'change-qrcode-status',
        { ...asApp(phoneApplication.id), authorization: `Bearer ${token}` },
        { qrcodeId, action },
      ),
    /** As a backend with a secret, or as a page without one. */
    exchange: (ticket: string, secret?: string, appId = siteApplication.id) =>
      send('exchange-tokenset-with-qrcode-ticket', asApp(appId), {
        ticket,
        client_id: appId,
        ...(secret !== undefined && { client_secret: secret }),
      }),
    me: (token: string) => send('get-profile', { ...asApp(siteApplication.id), authorization: `Bearer ${token}` }),
  };
}

export type Calls = ReturnType<typeof callsTo>;

/** A login from the code to the ticket. */
export async function ticketOf(calls: Calls, phone: string, appId = siteApplication.id): Promise<string> {
  const qrcodeId = await calls.createCode(appId);
  await calls.act(phone, qrcodeId, 'SCAN');
  await calls.act(phone, qrcodeId, 'CONFIRM');
  return (await calls.poll(qrcodeId, appId)).data.ticket;
}
