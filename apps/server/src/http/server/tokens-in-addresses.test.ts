import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics, type Metrics } from '../../metrics/metrics.ts';
import { loggerOptions, scrub } from '../../process/logging.ts';
import type { Tracing } from '../../tracing/tracing.ts';
import { type ContractWorld, openContractWorld } from '../contract/world.fixture.ts';

const said: string[] = [];
const say = (...facts: unknown[]) => {
  said.push(JSON.stringify(facts));
};
/** Records everything that the server would tell a collector of traces. */
const tracing: Tracing = {
  begin({ headers: _carrierOnly, ...request }, proceed) {
    say(request);
    proceed({ refused: say, failed: (error) => say(scrub(String((error as Error).stack))), end: say });
  },
  within: async (name, call) => {
    say(name);
    return call();
  },
  stop: async () => {},
};

let world: ContractWorld;
let metrics: Metrics;
beforeAll(async () => {
  metrics = createMetrics({ version: '1.2.3' });
  const log = pino(loggerOptions('trace'), { write: (line: string) => said.push(line) });
  world = await openContractWorld({ log, metrics, tracing });
});
afterAll(() => world.close());

const doors = (access: string, id: string) =>
  [
    `/oidc/me?access_token=${access}`,
    `/oidc/me/?access_token=${access}`,
    `/oauth/me?access_token=${access}`,
    `/oidc/me?access_token=${access}&access_token=${access}`,
    `/oidc/me?access_token=${access}.cut`,
    `/api/v2/oidc/validate_token?access_token=${access}`,
    `/api/oidc/validate_token?id_token=${id}`,
    `/oidc/session/end?id_token_hint=${id}.cut`,
    `/oidc/nowhere?access_token=${access}`,
    `/api/v2/nowhere?token=${access}`,
    `/nowhere/${access}`,
    `/%zz?access_token=${access}`,
  ] as const;

describe('a token in an address', () => {
  it('is written down nowhere, and goes nowhere with the reply', async () => {
    const { access, id } = world.alice1;
    const marks = [access, id].flatMap((token) => token.split('.').slice(1));
    for (const url of doors(access, id)) {
      for (const accept of ['application/json', 'text/html']) {
        const { headers, body } = await world.app.inject({ url, headers: { accept } });
        expect(headers, url).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
        for (const mark of marks) expect(body.includes(mark), url).toBe(false);
      }
    }
    await world.app.inject({ method: 'POST', url: `/oidc/me?access_token=${access}` });
    expect(said.length).toBeGreaterThan(20);
    const all = [...said, await metrics.text()].join('\n');
    for (const mark of marks) expect(all.includes(mark)).toBe(false);
  });

  it('is still accepted: official clients send it there', async () => {
    const { http, body } = await world.v3('GET', '/oidc/me', { query: { access_token: world.alice1.access } });
    expect([http, body.sub]).toEqual([200, world.alice.id]);
  });

  it('is written down nowhere when the store fails, with the whole error in the log', async () => {
    const { access } = world.alice1;
    const from = said.length;
    const { find } = world.stores.users;
    world.stores.users.find = () => Promise.reject(new Error(`no row for GET /oidc/me?access_token=${access}`));
    try {
      expect((await world.app.inject(`/oidc/me?access_token=${access}`)).statusCode).toBe(500);
    } finally {
      world.stores.users.find = find;
    }
    const after = said.slice(from).join('\n');
    expect(after).toContain('no row for GET');
    for (const mark of access.split('.').slice(1)) expect(after.includes(mark)).toBe(false);
  });
});

it('no log line holds a ticket or refresh token that stands alone', () => {
  const bytes = world.secrets.randomToken();
  for (const token of [bytes, `rt_${bytes}`, `tk_${'x'.repeat(32)}_${bytes}`]) {
    expect(scrub(`the token ${token} is odd`)).toBe('the token [removed] is odd');
  }
});
