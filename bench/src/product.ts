import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serverOf, serverOptions, serverProgram } from '@passbeam/workshop/passbeam';
import type { SharedState } from './engines.ts';
import { redirectSite } from './peers/redirect-site.ts';
import { startNode } from './process.ts';

export const site = { id: redirectSite.id, secret: redirectSite.secret };
const phone = { id: 'bench-phone', secret: 'bench-phone-secret-of-more-than-32-characters' };
export const pool = { id: 'bench-pool', secret: 'bench-pool-secret-of-more-than-32-characters' };
const password = 'correct horse battery';
/** As many as log in at once: of one person’s logins with a site only a hundred may stand, and none is to end another here. */
export const people = Array.from({ length: 64 }, (_, index) => `person-${index}`);

/** What JWTs of the company name, where the pool trusts them. */
export const companyIssuer = 'https://auth.bench.example';
export const companyAudience = 'https://login.bench.example';

export interface Product {
  /** Scheme, address and port. */
  origin: string;
  pid: number;
  stop(): Promise<void>;
}

/** Starts the server as delivered, on its own core; only rate limits can be off. State is in `dataFolder`, or PostgreSQL and Redis. */
export async function startProduct(options: {
  core: number;
  dataFolder: string;
  shared?: SharedState | null;
  limits?: 'on' | 'off';
  /** Trusts JWTs that this key signed: a public JSON Web Key. */
  companyKey?: object;
  /** The checkout whose server is started. Default: this one. */
  checkout?: string | null;
}): Promise<Product> {
  const { core, dataFolder, shared = null, limits = 'on', companyKey, checkout = null } = options;
  const config = `${dataFolder}.config.json`;
  await writeFile(config, JSON.stringify(configuration(companyKey)));
  const {
    announced: origin,
    pid,
    stop,
  } = await startNode(
    core,
    checkout === null ? serverProgram : serverOf(checkout),
    'passbeam listening on',
    {
      PORT: '0',
      // All nodes share one public address, so that they accept each other's tokens.
      PUBLIC_URL: 'http://localhost:3000',
      DEMO: 'off',
      DATA_DIR: dataFolder,
      PASSBEAM_CONFIG: config,
      RATE_LIMITS: limits,
      ...(shared && { DATABASE_URL: shared.databaseUrl, REDIS_URL: shared.redisUrl, SECRET_KEY: shared.secretKey }),
    },
    checkout === null ? serverOptions : [],
  );
  return { origin, pid, stop };
}

/** The path of a data folder inside `folder`; the server creates it. */
export function dataFolder(folder: string, name: string): string {
  return join(folder, name);
}

/** Creates a QR code as the site's backend does; resolves to its id. */
export async function createCode(origin: string): Promise<string> {
  return (await createShownCode(origin)).qrcodeId;
}

/** Creates a QR code; resolves to its id and the path of its image. */
export async function createShownCode(origin: string): Promise<{ qrcodeId: string; imagePath: string }> {
  const { qrcodeId, url } = await post<{ qrcodeId: string; url: string }>(origin, '/api/v3/gene-qrcode', {
    type: 'MOBILE_APP',
    client_id: site.id,
    client_secret: site.secret,
  });
  return { qrcodeId, imagePath: new URL(url).pathname };
}

/** Signs people in on their phones; resolves to their access tokens. */
export async function signInPeople(origin: string): Promise<string[]> {
  const tokens: string[] = [];
  for (const username of people) {
    const { access_token } = await post<{ access_token: string }>(
      origin,
      '/api/v3/signin',
      { connection: 'PASSWORD', passwordPayload: { username, password } },
      phone.id,
    );
    tokens.push(access_token);
  }
  return tokens;
}

/** Signs an operator in by the pool's secret; resolves to a token of the management API. */
export async function managementToken(origin: string): Promise<string> {
  const { access_token } = await post<{ access_token: string }>(origin, '/api/v3/get-management-token', {
    accessKeyId: pool.id,
    accessKeySecret: pool.secret,
  });
  return access_token;
}

export const statusPath = (qrcodeId: string) => `/api/v3/get-qrcode-status?qrcodeId=${qrcodeId}`;

async function post<Data>(origin: string, path: string, body: unknown, appId = site.id): Promise<Data> {
  const reply = await fetch(origin + path, {
    method: 'POST',
    headers: { 'x-authing-app-id': appId, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { statusCode, message, data } = (await reply.json()) as { statusCode: number; message: string; data: Data };
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${message}`);
  return data;
}

function configuration(companyKey: object | undefined) {
  const jwt = { issuer: companyIssuer, keys: [companyKey], audiences: [companyAudience] };
  return {
    userPools: [
      {
        ...pool,
        name: 'Benchmark pool',
        securitySettings: { qrcodeLoginStrategy: { qrcodeExpiresIn: 3600, ticketExpiresIn: 300 } },
        applications: [
          {
            ...site,
            name: 'Benchmark site',
            tokenEndpointAuthMethod: 'client_secret_post',
            redirectUris: [redirectSite.callback],
          },
          { ...phone, name: 'Benchmark phone', tokenEndpointAuthMethod: 'none' },
        ],
        ...(companyKey && { ownTokens: [{ name: 'company', applicationId: phone.id, jwt }] }),
        users: people.map((username) => ({ username, password })),
      },
    ],
  };
}
