import { expect } from 'vitest';
import type { EntryOfPool, JwtEntry } from '../../core/directory/own-token-entries.ts';
import { anEntry, rsaKey, signToken, type TestKey } from '../../own-tokens/test-world.ts';
import { openTestPassbeam, type TestPassbeam, type V3Reply } from '../../testing.ts';

const key = rsaKey('company-key');

export type Move = 'SCAN' | 'CONFIRM' | 'CANCEL';
/** The names of the calls by which a phone moves a code, by generation. */
export const doors = {
  'v3 set-qrcode-status': () => '/api/v3/set-qrcode-status',
  'v3 change-qrcode-status': () => '/api/v3/change-qrcode-status',
  'v2 qrcode': (move: Move) => `/api/v2/qrcode/${v2Moves[move]}`,
  'v2 qrcode, its older prefix': (move: Move) => `/api/qrcode/${v2Moves[move]}`,
} as const;
export type Door = keyof typeof doors;
const v2Moves = { SCAN: 'scanned', CONFIRM: 'confirm', CANCEL: 'cancel' } as const;

export interface Company extends TestPassbeam {
  key: TestKey;
  /** Trusts tokens of the company in pool1, instead of whatever was trusted before. */
  trust(...entries: Partial<JwtEntry>[]): Promise<void>;
  /** A token of Kate's on her phone; each part says what is different. */
  token(claims?: object, header?: Record<string, unknown>, by?: TestKey): string;
  code(): Promise<string>;
  move(
    qrcodeId: string,
    action: Move,
    token: string,
    more?: { door?: Door; body?: object; headers?: Record<string, string> },
  ): Promise<V3Reply>;
  status(qrcodeId: string): Promise<V3Reply['body']['data']>;
  /** A code that the token scanned and confirmed. */
  confirmed(token?: string): Promise<{ qrcodeId: string; ticket: string }>;
  exchange(ticket: string, scope?: string): Promise<V3Reply>;
}

/** A server whose pool1 trusts an auth server that signs with `key`. */
export async function openCompany(
  environment?: Parameters<typeof openTestPassbeam>[0],
  options?: Parameters<typeof openTestPassbeam>[1],
): Promise<Company> {
  const passbeam = await openTestPassbeam(environment, options);
  const { v3, directory, clock } = passbeam;

  async function trust(...entries: Partial<JwtEntry>[]): Promise<void> {
    const ownTokens = entries.map((part) => {
      const { userPoolId: _, ...entry }: EntryOfPool<JwtEntry> = anEntry({
        keys: [key.jwk],
        clientIds: ['company-ios'],
        ...part,
      });
      return entry;
    });
    await directory.putPool({ ...directory.getPool('pool1'), ownTokens });
  }
  await trust({});

  function token(claims: object = {}, header: Record<string, unknown> = {}, by = key): string {
    const now = Math.floor(clock.now() / 1000);
    const kate = {
      iss: 'https://auth.example.com',
      aud: 'https://login.example.com',
      azp: 'company-ios',
      sub: 'person-1',
    };
    return signToken({ ...kate, sid: 'login-1', name: 'Kate', iat: now - 5, exp: now + 3600, ...claims }, by, header);
  }

  async function code(): Promise<string> {
    return (await v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.data.qrcodeId;
  }

  const move: Company['move'] = (qrcodeId, action, token, { door = 'v3 set-qrcode-status', body, headers } = {}) => {
    const named = door.startsWith('v3') ? { qrcodeId, action } : { random: qrcodeId };
    return v3('POST', doors[door](action), { app: 'phone', token, headers, body: { ...named, ...body } });
  };

  async function status(qrcodeId: string) {
    return (await v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data;
  }

  async function confirmed(by = token()) {
    const qrcodeId = await code();
    for (const action of ['SCAN', 'CONFIRM'] as const) {
      expect((await move(qrcodeId, action, by)).body).toMatchObject({ statusCode: 200 });
    }
    return { qrcodeId, ticket: (await status(qrcodeId)).ticket as string };
  }

  const exchange: Company['exchange'] = (ticket, scope) =>
    v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
      body: { ticket, client_id: 'site', client_secret: passbeam.site.secret, ...(scope && { scope }) },
    });

  return { ...passbeam, key, trust, token, code, move, status, confirmed, exchange };
}

/** The users of pool1 who came by a token. */
export async function metPeople({ stores }: Company) {
  const page = { userPoolId: 'pool1', keywords: null, conditions: [], sort: [], offset: 0, limit: 100 };
  const { users } = await stores.users.search(page);
  return users.filter(({ registerSource }) => registerSource[0]?.startsWith('own-tokens:'));
}

export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
