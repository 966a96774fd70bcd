import { commandProgram } from '@passbeam/workshop/passbeam';
import { startProgram } from '@passbeam/workshop/program';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, signIn } from './actors.ts';
import { Stage } from './stage.ts';
import { isManyMissing, type ServerNode, site, startMany } from './system.ts';

const [oldKey, newKey] = ['Zk3vQ9xT1mB7rW5nY2cL8pD4hF6jS0aGeUiOqXtR', 'b2Xr8Lq0VnT5yKd3WmZc7HsJ9pFgA4uE1oQiBtYe'];

let stage: Stage;

describe.skipIf(isManyMissing())('keys that are replaced while people log in', () => {
  beforeAll(async () => {
    stage = await Stage.open(startMany());
  });
  afterAll(() => stage?.close());

  /** One login whose steps go to both nodes in turn; the new token is checked by the node that did not sign it. */
  async function logIn(first: ServerNode, second: ServerNode): Promise<string> {
    const code = await stage.created(first);
    expect(await stage.actors.move(second, code, 'scan', 'alice')).toMatchObject({ outcome: 'done' });
    expect(await stage.actors.move(first, code, 'confirm', 'alice')).toMatchObject({ outcome: 'done' });
    const { ticket } = await stage.actors.poll(second, code);
    const exchange = await call(first, '/api/v3/exchange-tokenset-with-qrcode-ticket', {
      body: { ticket, client_id: site.id, client_secret: site.secret },
    });
    expect(exchange?.body).toMatchObject({ statusCode: 200 });
    const token = String(exchange?.body.data?.access_token);
    await expectGood(second, token);
    return token;
  }

  async function expectGood(node: ServerNode, token: string): Promise<void> {
    expect((await call(node, '/api/v3/get-profile', { token }))?.body).toMatchObject({ statusCode: 200 });
  }

  async function runKeys(...parameters: string[]): Promise<void> {
    const env = {
      ...process.env,
      DATABASE_URL: stage.system.postgres?.url,
      REDIS_URL: stage.system.redis?.url,
      SECRET_KEY: oldKey,
      PUBLIC_URL: 'http://localhost:8080',
    };
    await startProgram('keys', [process.execPath, commandProgram, 'keys', ...parameters], { env }).untilDone();
  }

  it('rotating the signing key by command fails no login, and tokens from before stay good', async () => {
    const [one, other] = [stage.node(0), stage.node(1)];
    const before = await logIn(one, other);
    let isOver = false;
    const rotation = runKeys('rotate').finally(() => {
      isOver = true;
    });
    while (!isOver) await logIn(one, other);
    await rotation;
    for (const [first, second] of [
      [one, other],
      [other, one],
    ] as const) {
      await logIn(first, second);
      await expectGood(first, before);
    }
  });

  it('a token signed with the new key is accepted at once by a node that did not know the key yet', async () => {
    const [one, other] = [stage.node(0), stage.node(1)];
    await runKeys('rotate');
    await one.stop();
    await one.start();
    await expectGood(other, await signIn(one, 'bob'));
  });

  it('a new SECRET_KEY, node by node in three rounds, fails no login, and the old key is no longer needed', async () => {
    const before = await logIn(stage.node(0), stage.node(1));
    // Both nodes know the new key before either of them seals with it.
    for (const keys of [`${oldKey},${newKey}`, `${newKey},${oldKey}`]) {
      for (const index of [0, 1]) {
        const [restarted, serving] = [stage.node(index), stage.node(index + 1)];
        // This code is shown before the restart and confirmed after it.
        const code = await stage.scanned(serving);
        await restarted.stop();
        await logIn(serving, serving);
        await restarted.start({ SECRET_KEY: keys });
        expect(await stage.actors.move(restarted, code, 'confirm', 'alice')).toMatchObject({ outcome: 'done' });
        expect((await stage.actors.poll(serving, code)).ticket).toMatch(/^tk_/);
        await logIn(restarted, serving);
        await logIn(serving, restarted);
      }
    }
    for (const index of [0, 1]) {
      await stage.node(index).stop();
      await stage.node(index).start({ SECRET_KEY: newKey });
    }
    await logIn(stage.node(0), stage.node(1));
    await expectGood(stage.node(1), before);
    await stage.requireKeptPromises();
  });
});
