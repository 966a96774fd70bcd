import { Secret, TOTP } from 'otpauth';
import type { TestPassbeam } from '../../testing.ts';

const password = 'a lighthouse in the fog';
type Headers = Record<string, string | undefined>;

/** The console's page in a browser: it keeps the cookie, and sends what a browser sends for it. */
export function createConsoleBrowser(passbeam: Pick<TestPassbeam, 'app' | 'clock'>, origin = 'http://localhost:3000') {
  let cookie: string | undefined;
  const own = () => ({
    origin,
    'sec-fetch-site': 'same-origin',
    'x-console': '1',
    'content-type': 'application/json',
    ...(cookie !== undefined && { cookie }),
  });

  async function send(method: 'GET' | 'POST', url: string, body?: object, headers: Headers = {}) {
    const all = Object.entries({ ...own(), ...headers }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const reply = await passbeam.app.inject({ method, url, headers: Object.fromEntries(all), ...payload });
    const [set] = [reply.headers['set-cookie'] ?? []].flat();
    if (set !== undefined) cookie = set.split(';')[0]?.endsWith('=') ? undefined : set.split(';')[0];
    return { http: reply.statusCode, headers: reply.headers, text: reply.body, body: JSON.parse(reply.body) };
  }

  /** A call of M1. */
  const call = async (name: string, body: object = {}, headers: Headers = {}) =>
    (await send('POST', `/console/api/${name}`, body, headers)).body;
  /** A management call, in the name of a pool. */
  const manage = async (name: string, body?: object, pool: string | undefined = 'pool1', headers: Headers = {}) =>
    (
      await send(body === undefined ? 'GET' : 'POST', `/api/v3/${name}`, body, {
        'x-authing-userpool-id': pool,
        ...headers,
      })
    ).body;

  /** Shows codes of the authenticator that `begin-totp` gave. */
  const codeOf = (secret: string) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: passbeam.clock.now() });

  /** Sets the authenticator up, and so ends the first sign-in. */
  async function enrol() {
    const { secret } = (await call('begin-totp')).data;
    const { data } = await call('confirm-totp', { totp: codeOf(secret) });
    return { secret: secret as string, recoveryCodes: data.recoveryCodes as string[] };
  }

  return {
    send,
    call,
    manage,
    codeOf,
    enrol,
    cookie: () => cookie,
    setCookie(value: string | undefined) {
      cookie = value;
    },
  };
}

export type ConsoleBrowser = ReturnType<typeof createConsoleBrowser>;

/** Makes the first owner by a set-up link, and signs them in. */
export async function setUpOwner(
  passbeam: Pick<TestPassbeam, 'app' | 'clock' | 'consoleLinks'>,
  signInName = 'ada',
  origin?: string,
) {
  const browser = createConsoleBrowser(passbeam, origin);
  const link = await passbeam.consoleLinks.setUpLink();
  if (link === null) throw new Error('there is an administrator already');
  const token = link.url.split('#')[1] ?? '';
  await browser.call('set-up', { token, name: 'Ada', signInName, password });
  return { browser, signInName, password, ...(await browser.enrol()) };
}

/** Invites somebody of these grants, and lets them accept and set up an authenticator. */
export async function join(
  passbeam: TestPassbeam,
  owner: ConsoleBrowser,
  signInName: string,
  grants: { userPoolId: string; role: string }[],
) {
  const { data } = await owner.manage('invite-administrator', { name: signInName, signInName, grants });
  const browser = createConsoleBrowser(passbeam);
  await browser.call('accept', { token: data.link.split('#')[1], password });
  return { browser, id: data.administrator.administratorId as string, password, ...(await browser.enrol()) };
}
