import { Agent, request } from 'node:http';
import { phoneApplication, siteApplication } from '../support/product.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const patienceMs = 10_000;

export interface Person {
  username: string;
  password: string;
}

interface Reply {
  statusCode: number;
  message: string;
  data: Record<string, string>;
}

/** A page, a phone and a backend. They come through the proxy that the server trusts, each visitor from an address of their own. */
export class Visitors {
  readonly #port: number;
  readonly #tokens: string[] = [];
  #count = 0;

  constructor(port: number) {
    this.#port = port;
  }

  async signIn(people: readonly Person[]): Promise<void> {
    for (const person of people) {
      const { data } = await this.#call('/api/v3/signin', {
        app: phoneApplication.id,
        address: `198.18.1.${this.#tokens.length}`,
        body: { connection: 'PASSWORD', passwordPayload: person },
      });
      this.#tokens.push(String(data.access_token));
    }
  }

  /** Creates a QR code that nobody scans. */
  async code(): Promise<{ qrcodeId: string; image: string }> {
    const { data } = await this.#call('/api/v3/gene-qrcode', {
      address: '198.18.2.1',
      body: { type: 'MOBILE_APP' },
    });
    return { qrcodeId: String(data.qrcodeId), image: new URL(String(data.url)).pathname };
  }

  /** Performs one whole login; resolves to its duration in milliseconds. @throws Error when a step is refused */
  async logIn(): Promise<number> {
    const number = this.#count++;
    const address = `198.19.${(number >> 8) & 255}.${number & 255}`;
    const token = this.#tokens[number % this.#tokens.length];
    const startedAt = performance.now();
    const cookies: string[] = [];
    const page = { address, cookies };
    const { data } = await this.#call('/api/v3/gene-qrcode', { ...page, body: { type: 'MOBILE_APP' } });
    const { qrcodeId } = data;
    const poll = () => this.#call(`/api/v3/get-qrcode-status?qrcodeId=${qrcodeId}`, page);
    await poll();
    for (const action of ['SCAN', 'CONFIRM']) {
      const body = { qrcodeId, action };
      await this.#call('/api/v3/change-qrcode-status', { app: phoneApplication.id, address, token, body });
      await poll();
    }
    const { ticket } = (await poll()).data;
    const body = { ticket, client_id: siteApplication.id, client_secret: siteApplication.secret };
    const exchanged = await this.#call('/api/v3/exchange-tokenset-with-qrcode-ticket', { address: '198.18.3.1', body });
    if (typeof exchanged.data.access_token !== 'string') throw new Error('there is no token');
    return performance.now() - startedAt;
  }

  #call(
    path: string,
    call: { address: string; app?: string; token?: string; body?: object; cookies?: string[] },
  ): Promise<Reply> {
    const { address, app = siteApplication.id, token, body, cookies = [] } = call;
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          agent,
          host: '127.0.0.1',
          port: this.#port,
          path,
          method: body === undefined ? 'GET' : 'POST',
          headers: {
            'x-authing-app-id': app,
            'x-forwarded-for': address,
            'user-agent': 'Mozilla/5.0 Chrome/140.0.0.0 Safari/537.36',
            ...(cookies.length === 0 ? {} : { cookie: cookies.join('; ') }),
            ...(token === undefined ? {} : { authorization: token }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          signal: AbortSignal.timeout(patienceMs),
        },
        async (reply) => {
          for (const cookie of reply.headers['set-cookie'] ?? []) cookies.push(cookie.split(';', 1)[0] ?? '');
          let text = '';
          for await (const part of reply) text += part;
          const parsed = JSON.parse(text) as Reply;
          if (parsed.statusCode === 200) resolve(parsed);
          else reject(new Error(`${path.split('?', 1)[0]}: ${text}`));
        },
      );
      asked.on('error', (error) => reject(new Error(`${path.split('?', 1)[0]}: ${error.message}`)));
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
