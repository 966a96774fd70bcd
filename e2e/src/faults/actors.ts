import { type Entry, History, type Step } from './history.ts';
import { password, phone, type ServerNode, site } from './system.ts';

/** The timeout of a call: longer than any answer may take, far shorter than a test. */
const patienceMs = 9_000;

export interface Answer {
  http: number;
  retryAfter: string | null;
  body: { statusCode: number; apiCode?: number; message?: string; data?: Record<string, unknown> };
}

/** Sends a request. Null when there was no answer: then the call may have had its effect or not. */
export async function call(
  node: ServerNode,
  path: string,
  { body, token, app = site.id, agent }: { body?: object; token?: string; app?: string; agent?: string } = {},
): Promise<Answer | null> {
  try {
    const response = await fetch(`${node.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'x-authing-app-id': app,
        ...(agent === undefined ? {} : { 'user-agent': agent }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: token }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    });
    return { http: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() };
  } catch {
    return null;
  }
}

/** Signs a person in on their phone and resolves to the access token. */
export async function signIn(node: ServerNode, username: string): Promise<string> {
  const answer = await call(node, '/api/v3/signin', {
    app: phone.id,
    body: { connection: 'PASSWORD', passwordPayload: { username, password } },
  });
  if (answer?.body.statusCode !== 200) throw new Error(`${username} cannot sign in: ${JSON.stringify(answer)}`);
  return String(answer.body.data?.access_token);
}

/** People, pages and backends. Every call they make is written into one history. */
export class Actors {
  readonly history = new History();
  readonly #tokens: Record<string, string>;

  constructor(tokens: Record<string, string>) {
    this.#tokens = tokens;
  }

  static async on(node: ServerNode, people: readonly string[]): Promise<Actors> {
    const entries = await Promise.all(people.map(async (name) => [name, await signIn(node, name)]));
    return new Actors(Object.fromEntries(entries));
  }

  /** Creates a QR code and resolves to its id; null when the server did not acknowledge it. */
  async create(node: ServerNode): Promise<string | null> {
    const answer = await call(node, '/api/v3/gene-qrcode', { body: { type: 'MOBILE_APP' } });
    const code = answer?.body.data?.qrcodeId;
    if (typeof code !== 'string') return null;
    await this.history.note({ code, step: 'create', actor: 'page' }, async () => ({ outcome: 'done' }));
    return code;
  }

  move(node: ServerNode, code: string, step: 'scan' | 'confirm' | 'cancel', person: string): Promise<Entry> {
    return this.#note(code, step, person, () =>
      call(node, '/api/v3/set-qrcode-status', {
        app: phone.id,
        token: this.#tokens[person],
        body: { qrcodeId: code, action: step.toUpperCase() },
      }),
    );
  }

  /** Polls as a page does; resolves to what the page sees, with the ticket once there is one. */
  async poll(node: ServerNode, code: string, page = 'page'): Promise<Entry & { ticket?: string }> {
    let ticket: string | undefined;
    const entry = await this.history.note({ code, step: 'poll', actor: page }, async () => {
      const answer = await call(node, `/api/v3/get-qrcode-status?qrcodeId=${code}`);
      if (answer === null || answer.http === 503) return { outcome: 'unknown' };
      if (answer.body.statusCode === 404) return { outcome: 'done', status: 'EXPIRED' };
      ticket = answer.body.data?.ticket as string | undefined;
      return { outcome: 'done', status: String(answer.body.data?.status) };
    });
    return { ...entry, ticket };
  }

  /** Exchanges a ticket. The same `backend` gets the same login again; for the server, another name is somebody else. */
  exchange(node: ServerNode, code: string, ticket: string, backend = 'backend'): Promise<Entry> {
    return this.#note(code, 'exchange', backend, () =>
      call(node, '/api/v3/exchange-tokenset-with-qrcode-ticket', {
        agent: backend,
        body: { ticket, client_id: site.id, client_secret: site.secret },
      }),
    );
  }

  #note(code: string, step: Step, actor: string, work: () => Promise<Answer | null>): Promise<Entry> {
    return this.history.note({ code, step, actor }, async () => {
      const answer = await work();
      if (answer === null || answer.http === 503) return { outcome: 'unknown' };
      const login = answer.body.data?.access_token as string | undefined;
      return { outcome: answer.body.statusCode === 200 ? 'done' : 'refused', login };
    });
  }
}
