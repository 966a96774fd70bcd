import { constants, publicEncrypt } from 'node:crypto';
import { expect } from 'vitest';
import { newEvent } from '../../core/audit/event.ts';
import { type CallOptions, openTestPassbeam, type TestPassbeam, testPassword, type V3Reply } from '../../testing.ts';

/** What one signed-in person of the tables holds: every kind of token the contract knows. */
export interface Tokens {
  access: string;
  id: string;
  /** V2 login token. */
  login: string;
}

/** A code in each state the contract names. */
export type CodeState = 'PENDING' | 'SCANNED' | 'AUTHORIZED' | 'CANCELLED' | 'REDEEMED';

/** One server for one file of tables, with the people and applications its rows speak of. */
export interface ContractWorld extends TestPassbeam {
  /** A person on the phone of pool1. */
  alice1: Tokens;
  bob: Tokens;
  /** A person of another pool. */
  carol: Tokens;
  /** Encrypts as the official clients do. */
  encrypt(text: string): string;
  newCode(body?: object, options?: CallOptions): Promise<string>;
  move(qrcodeId: string, action: 'SCAN' | 'CONFIRM' | 'CANCEL', token?: string): Promise<V3Reply>;
  codeIn(state: CodeState): Promise<string>;
  ticketOf(qrcodeId: string): Promise<string>;
  /** A confirmed code and its ticket. */
  confirmed(): Promise<{ qrcodeId: string; ticket: string }>;
  siteProof: { client_id: string; client_secret: string };
}

export const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
/** A well-formed qrcodeId that belongs to no QR session. */
export const unknownCode = 'x'.repeat(32);
export const unknownTicket = `tk_${unknownCode}_${'x'.repeat(43)}`;

/** `LoginTokenResponseDataDto` without `offline_access` (wire 6.3), sorted; both spellings of the lifetime (wire 9, row 11). */
export const tokenSetKeys = ['access_token', 'expire_in', 'expires_in', 'id_token', 'scope', 'token_type'];

/** The V2 user (wire 4.6, 6.2) without the token of a login and custom data. */
export const v2UserKeys = (
  'id arn userPoolId status username email emailVerified phone phoneVerified unionid openid nickname registerSource ' +
  'photo password oauth loginsCount lastLogin lastIP lastIp signedUp blocked isDeleted device browser company name ' +
  'givenName familyName middleName profile preferredUsername website gender birthdate zoneinfo locale address ' +
  'formatted streetAddress locality region postalCode city province country createdAt updatedAt externalId ' +
  'phoneCountryCode identities'
).split(' ');

export const basicHeader = (id: string, secret: string) => `Basic ${btoa(`${id}:${secret}`)}`;

export async function openContractWorld(parts: Parameters<typeof openTestPassbeam>[1] = {}): Promise<ContractWorld> {
  const passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' }, parts);
  const { v3, phoneApp } = passbeam;

  await passbeam.addApplication({ id: 'basic', tokenEndpointAuthMethod: 'client_secret_basic' });
  await passbeam.addApplication({ id: 'shop', logoUrl: 'https://shop.example/logo.png' });
  await passbeam.addApplication({ id: 'viewer', tokenEndpointAuthMethod: 'none', approvesScans: false });
  await passbeam.addPool('pool2');
  await passbeam.addApplication({ id: 'phone2', userPoolId: 'pool2', tokenEndpointAuthMethod: 'none' });
  await passbeam.addPool('closed');
  const closed = passbeam.directory.getPool('closed');
  await passbeam.directory.putPool({
    ...closed,
    securitySettings: { ...closed.securitySettings, registerDisabled: true },
  });
  await passbeam.addApplication({ id: 'closed-site', userPoolId: 'closed' });
  await passbeam.addUser({ username: 'bob', nickname: 'Bob' });
  await passbeam.addUser({ username: 'carol', userPoolId: 'pool2' });
  const sam = await passbeam.addUser({ username: 'sam' });
  await passbeam.stores.users.update(
    { ...sam, status: 'Suspended', version: sam.version + 1 },
    newEvent(passbeam.secrets, 'user.updated', null),
  );

  const publicKey: string = (await v3('GET', 'system')).body.rsa.publicKey;
  const encrypt = (text: string) =>
    publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(text)).toString('base64');

  async function tokensOf(username: string, app = phoneApp.id): Promise<Tokens> {
    const connection = { connection: 'PASSWORD', passwordPayload: { username, password: testPassword } };
    const { data } = (await v3('POST', 'signin', { app, body: connection })).body;
    const login = { account: username, password: encrypt(testPassword) };
    const second = (await v3('POST', '/api/v2/login/account', { app, body: login })).body;
    return { access: data.access_token, id: data.id_token, login: second.data.token };
  }
  const [alice1, bob, carol] = [await tokensOf('alice'), await tokensOf('bob'), await tokensOf('carol', 'phone2')];
  const siteProof = { client_id: passbeam.site.id, client_secret: passbeam.site.secret };

  async function newCode(body: object = {}, options: CallOptions = {}): Promise<string> {
    const reply = await v3('POST', 'gene-qrcode', { ...options, body: { type: 'MOBILE_APP', ...body } });
    expect(reply.body.statusCode).toBe(200);
    return reply.body.data.qrcodeId;
  }

  const move: ContractWorld['move'] = (qrcodeId, action, token = alice1.access) =>
    v3('POST', 'set-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } });

  async function ticketOf(qrcodeId: string): Promise<string> {
    return (await v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data.ticket;
  }

  async function codeIn(state: CodeState): Promise<string> {
    const qrcodeId = await newCode();
    const confirmed = ['SCAN', 'CONFIRM'] as const;
    const ways = {
      PENDING: [],
      SCANNED: ['SCAN'],
      CANCELLED: ['SCAN', 'CANCEL'],
      AUTHORIZED: confirmed,
      REDEEMED: confirmed,
    } as const;
    for (const action of ways[state]) expect((await move(qrcodeId, action)).body.statusCode).toBe(200);
    if (state === 'REDEEMED') {
      const body = { ticket: await ticketOf(qrcodeId), ...siteProof };
      expect((await v3('POST', 'exchange-tokenset-with-qrcode-ticket', { body })).body.statusCode).toBe(200);
    }
    return qrcodeId;
  }

  async function confirmed() {
    const qrcodeId = await codeIn('AUTHORIZED');
    return { qrcodeId, ticket: await ticketOf(qrcodeId) };
  }

  return {
    ...passbeam,
    alice1,
    bob,
    carol,
    encrypt,
    newCode,
    move,
    codeIn,
    ticketOf,
    confirmed,
    siteProof,
  };
}

/** The whole body of a v3 refusal (wire 2.0). */
export const v3Refusal = (statusCode: number, apiCode?: number, message: unknown = expect.any(String)) => ({
  statusCode,
  ...(apiCode === undefined ? {} : { apiCode }),
  refusal: expect.any(String),
  message,
  requestId: expect.stringMatching(uuid),
});

/** The whole body of a v2 refusal (wire 7.3). */
export const v2Refusal = (code: number, statusCode = 499, message: unknown = expect.any(String)) => ({
  code,
  statusCode,
  apiCode: code,
  message,
  data: null,
  requestId: expect.stringMatching(uuid),
  uniqueId: expect.stringMatching(uuid),
});

/** A row about one field of a request: what must be taken, and what must be refused by its name. */
export interface FieldRow {
  section: string;
  /** The field as callers write it; dots lead into objects. */
  field: string;
  takes: readonly unknown[];
  /** Values that are refused; `undefined` means that the field is missing. */
  refuses?: readonly unknown[];
}

export const fieldCases = (rows: readonly FieldRow[]) => ({
  taken: rows.flatMap(({ section, field, takes }) => takes.map((value) => ({ section, field, value }))),
  refused: rows.flatMap(({ section, field, refuses = [] }) => refuses.map((value) => ({ section, field, value }))),
});

/** A copy of `body` in which the field at the path has the value; undefined takes it away. */
export function withField<T extends object>(body: T, path: string, value: unknown): T {
  const [name = '', ...rest] = path.split('.');
  const copy = { ...body } as Record<string, unknown>;
  if (rest.length > 0) copy[name] = withField((copy[name] ?? {}) as object, rest.join('.'), value);
  else if (value === undefined) delete copy[name];
  else copy[name] = value;
  return copy as T;
}
