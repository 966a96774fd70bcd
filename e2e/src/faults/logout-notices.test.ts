import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, signIn } from './actors.ts';
import { isManyMissing, phone, type ServerNode, type System, startEmbedded, startMany } from './system.ts';

/** An application that is told of logouts, and does not answer while it is `silent`. */
async function openApplication() {
  const told: string[] = [];
  const held: ServerResponse[] = [];
  const state = { isSilent: false };
  const server = createServer(async (request, response) => {
    const token = new URLSearchParams(await text(request)).get('logout_token') ?? '';
    told.push(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sid);
    if (state.isSilent) held.push(response);
    else response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    told,
    state,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/logged-out`,
    async close() {
      for (const response of held) response.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
type Told = Awaited<ReturnType<typeof openApplication>>;

/** Signs alice in at the phone's application and out again, and resolves to the login that ended. */
async function endedLogin(node: ServerNode): Promise<string> {
  const token = await signIn(node, 'alice');
  const { sid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  const answer = await call(node, '/api/v3/mydevices/revoke-session', {
    token,
    app: phone.id,
    body: { deviceId: sid },
  });
  expect(answer).toMatchObject({ body: { statusCode: 200 } });
  return sid;
}

const soon = { timeout: 40_000, interval: 100 };

describe.skipIf(isManyMissing())('of two nodes', () => {
  let application: Told;
  let system: System;
  beforeAll(async () => {
    application = await openApplication();
    system = await startMany({ outboundAllow: '127.0.0.1', phoneIsToldAt: application.url });
  }, 120_000);
  afterAll(async () => {
    await system?.stop();
    await application?.close();
  });

  it('one that is killed while it tells an application of a logout leaves that to the other', async () => {
    const [victim, other] = system.nodes as [ServerNode, ServerNode];
    await other.stop();
    application.state.isSilent = true;
    const login = await endedLogin(victim);
    await expect.poll(() => application.told, soon).toEqual([login]);
    await victim.kill();
    application.state.isSilent = false;
    await other.start();
    await expect.poll(() => application.told, soon).toEqual([login, login]);
    await victim.start();
    // Both are there again: the next one is told once.
    const next = await endedLogin(victim);
    await expect.poll(() => application.told, soon).toEqual([login, login, next]);
  }, 120_000);
});

describe('a node alone', () => {
  it('that is killed before it tells an application of a logout does so after it started again', async () => {
    const application = await openApplication();
    const system = await startEmbedded({ outboundAllow: '127.0.0.1', phoneIsToldAt: application.url });
    const [node] = system.nodes as [ServerNode];
    application.state.isSilent = true;
    const logins = [await endedLogin(node), await endedLogin(node)];
    await node.kill();
    application.told.splice(0);
    application.state.isSilent = false;
    await node.start();
    await expect.poll(() => [...new Set(application.told)].sort(), soon).toEqual(logins.toSorted());
    await system.stop();
    await application.close();
  }, 90_000);
});
