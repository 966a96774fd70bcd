import { mkdtemp } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InteractionView, PageCodeQuery, PageCodeView } from '@passbeam/protocol';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import encodeQr from 'qr';
import { build } from 'vite';
import { hostedPageRoutes } from '../../server/src/http/routes/site/hosted-page.ts';

/**
 * The built page behind the server's own route, and a small double of the calls under it, one flow per interaction. The server has a path, so
 * that every address of the page must go through it. The journeys against the real server are in `e2e/`.
 */

const basePath = '/auth';

export const photo = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="#f3b562"/><circle cx="48" cy="38" r="18" fill="#7a4a2b"/><path d="M14 96a34 34 0 0 1 68 0z" fill="#2c6e63"/></svg>',
)}`;
export const logo = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><path d="M24 4l18 10H6z" fill="#0b5c4a"/><path d="M9 18h6v18H9zM21 18h6v18h-6zM33 18h6v18h-6zM6 39h36v4H6z" fill="#0b5c4a"/></svg>',
)}`;

export const alice = { displayName: 'Alice Moreau', photo, identifier: 'al***@example.com' };

export type ViewPart = Partial<Omit<InteractionView, 'application' | 'methods'>> & {
  application?: Partial<InteractionView['application']>;
  methods?: Partial<InteractionView['methods']>;
};

/** A refusal in the place of an answer; `http` is the status of the reply, 0 a broken connection. */
export interface Canned {
  http?: number;
  refusal?: string;
  message?: string;
  statusCode?: number;
  retryAfterSeconds?: number;
  data?: object;
}

export interface Flow {
  uuid: string;
  view: InteractionView;
  code: (PageCodeView & { status: PageCodeView['status'] }) | null;
  /** What came in, oldest first: the call's name and its body; `waits` when its answer may come later. */
  calls: {
    call: string;
    waits: boolean;
    body: Record<string, unknown>;
    token: string | undefined;
    language: string | undefined;
  }[];
  /** The next answers to a call, in the place of its own: a refusal, a change of the view, or time to wait. */
  next: Map<string, (Canned | ((flow: Flow, body: Record<string, unknown>) => Promise<void> | void))[]>;
  change(part: ViewPart): void;
}

export type Double = Awaited<ReturnType<typeof openDouble>>;

export async function openDouble() {
  const hostedPageFolder = await mkdtemp(join(tmpdir(), 'passbeam-page-'));
  await build({
    configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
    logLevel: 'silent',
    build: { outDir: hostedPageFolder },
  });
  const flows = new Map<string, Flow>();
  let made = 0;
  const app = Fastify({ forceCloseConnections: true });
  let origin = '';

  await app.register(
    async (scope) => {
      hostedPageRoutes(scope as never, { publicUrl: `http://localhost${basePath}`, hostedPageFolder });
      scope.get<{ Params: { name: string } }>('/qr/:name', (request, reply) =>
        reply
          .type('image/svg+xml')
          .send(encodeQr(`https://login.example.com/q/${request.params.name}`, 'svg', { ecc: 'medium', border: 4 })),
      );
      scope.get('/oidc/auth/:uuid', (_request, reply) => reply.redirect('/callback?code=once', 303));
      scope.route<{ Params: { uuid: string; '*': string } }>({
        method: ['GET', 'POST'],
        url: '/login/interactions/:uuid/*',
        handler: answer,
      });
      scope.get<{ Params: { uuid: string; '*': string } }>('/login/interactions/:uuid', answer);
    },
    { prefix: basePath },
  );
  app.get('/callback', (_request, reply) =>
    reply.type('text/html').send('<!doctype html><title>The application</title>Back'),
  );
  app.get('/app', (_request, reply) => reply.type('text/html').send('<!doctype html><title>The application</title>'));
  await app.listen({ port: 0, host: '127.0.0.1' });
  origin = `http://localhost:${(app.server.address() as AddressInfo).port}`;

  return {
    origin,
    folder: hostedPageFolder,
    /** A new interaction, and the address of its page. */
    begin(part: ViewPart = {}): Flow & { url: string } {
      made += 1;
      const uuid = `flow-${made}`;
      const flow: Flow = {
        uuid,
        view: standardView(uuid),
        code: null,
        calls: [],
        next: new Map(),
        change(part) {
          const { application, methods, ...rest } = part;
          Object.assign(this.view, rest);
          Object.assign(this.view.application, application);
          Object.assign(this.view.methods, methods);
        },
      };
      flow.change(part);
      flows.set(uuid, flow);
      return Object.assign(flow, { url: `${origin}${basePath}/login?uuid=${uuid}` });
    },
    close: () => app.close(),
  };

  async function answer(
    request: FastifyRequest<{ Params: { uuid: string; '*'?: string } }>,
    reply: FastifyReply,
  ): Promise<unknown> {
    const { uuid, '*': rest = '' } = request.params;
    const flow = flows.get(uuid);
    const call = request.method === 'GET' && rest !== '' ? `GET ${rest}` : rest || 'view';
    const body = (request.body ?? {}) as Record<string, unknown>;
    const refuse = ({ http = 200, ...refusal }: Canned) => {
      if (http === 0) return reply.raw.destroy();
      return reply
        .code(http)
        .send({ statusCode: 400, message: 'Refused', requestId: '6c1f0a52-7d1b-4a55-9d0e-000000000042', ...refusal });
    };
    if (flow === undefined) return refuse({ refusal: 'interaction_not_found', statusCode: 404 });
    const token = request.headers['x-passbeam-form'] as string | undefined;
    const waits = 'since' in (request.query as object);
    flow.calls.push({ call, waits, body, token, language: request.headers['x-authing-lang'] as string });
    const canned = flow.next.get(call)?.shift();
    if (typeof canned === 'object') return refuse(canned);
    if (request.method === 'POST' && token !== flow.view.formToken) return refuse({ refusal: 'form_stale' });
    await canned?.(flow, body);
    await changeOf(flow, request.query as PageCodeQuery);
    const data = (canned && dataOf(call, flow)) ?? act(call, flow, body);
    return reply.send({ statusCode: 200, message: 'ok', requestId: 'r', data });
  }

  /** Until the code of the flow is another one or stands elsewhere, as the server waits. */
  async function changeOf(flow: Flow, { since, qrcodeId, waitSeconds = '0' }: PageCodeQuery) {
    const until = Date.now() + Number(waitSeconds) * 1000;
    while (flow.code?.status === since && flow.code?.qrcodeId === qrcodeId && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  function dataOf(call: string, flow: Flow): unknown {
    return /qrcode$/.test(call) ? undefined : flow.view;
  }

  function act(call: string, flow: Flow, body: Record<string, unknown>): unknown {
    const { view } = flow;
    const signedIn = () => flow.change({ step: 'leave', leaveUrl: `${origin}${basePath}/oidc/auth/${flow.uuid}` });
    switch (call) {
      case 'view':
        break;
      case 'qrcode': {
        made += 1;
        const qrcodeId = `code-${made}`;
        flow.code = {
          status: 'PENDING',
          qrcodeId,
          url: `${origin}${basePath}/qr/${qrcodeId}.png`,
          expiresIn: 120,
          ...(view.apps.length > 0 && { link: `https://login.example.com/q/${qrcodeId}` }),
        };
        return flow.code;
      }
      case 'GET qrcode':
        return flow.code ?? { status: 'NONE' };
      case 'passcode/send':
      case 'password/forgot':
        return { sent: true };
      case 'account':
        if (body.choice === 'other') flow.change({ step: 'signIn', why: 'asked' });
        else signedIn();
        break;
      default:
        signedIn();
    }
    return flow.view;
  }
}

function standardView(uuid: string): InteractionView {
  return {
    uuid,
    step: 'signIn',
    purpose: 'authorize',
    formToken: `token-${uuid}`,
    expiresInSeconds: 1_800,
    application: {
      id: 'ledger',
      name: 'Example Bank',
      domain: 'online.bank.example',
      logoUrl: logo,
      color: '#0b5c4a',
      termsUrl: 'https://bank.example/terms',
      kind: 'firstParty',
      homeUrl: 'https://online.bank.example/start',
    },
    pool: { name: 'Example' },
    methods: {
      qrcode: true,
      password: { fields: ['username', 'email', 'phone'] },
      passcode: { channels: ['email', 'phone'] },
      signUp: { with: ['username', 'email', 'phone'], passcode: ['email', 'phone'] },
      forgotPassword: true,
    },
    apps: [],
    account: null,
    why: null,
    hints: { login: null },
    consent: null,
    locale: 'en',
    leaveUrl: null,
    device: null,
  };
}
