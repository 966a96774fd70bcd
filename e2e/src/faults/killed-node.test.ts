import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from './actors.ts';
import { rounds, Stage } from './stage.ts';
import { isManyMissing, type ServerNode, site, startMany } from './system.ts';

let stage: Stage;

describe.skipIf(isManyMissing())('a node that is killed', () => {
  beforeAll(async () => {
    stage = await Stage.open(startMany());
  });
  afterAll(() => stage?.close());

  const steps = ['create', 'scan', 'confirm', 'exchange'] as const;
  const kills = Array.from({ length: 4 * rounds }, (_, round) => ({
    round,
    step: steps[round % steps.length] as string,
    delayMs: Math.floor(round / steps.length) * 2,
  }));

  it.each(kills)(
    'round $round, during $step: the other node continues from what was acknowledged',
    async ({ step, delayMs }) => {
      const [victim, other] = [stage.node(0), stage.node(1)];
      let code: string | null = null;
      let ticket: string | undefined;
      const flow: Record<string, () => Promise<unknown>> = {
        create: async () => {
          code = await stage.actors.create(victim);
        },
        scan: () => stage.actors.move(victim, code ?? '', 'scan', 'alice'),
        confirm: () => stage.actors.move(victim, code ?? '', 'confirm', 'alice'),
        exchange: async () => {
          ticket = (await stage.actors.poll(victim, code ?? '')).ticket;
          return stage.actors.exchange(victim, code ?? '', ticket ?? '');
        },
      };
      for (const name of steps) {
        const running = flow[name]?.();
        if (name === step) {
          await wait(delayMs);
          await victim.kill();
        }
        await running;
        if (name === step) break;
      }

      if (code !== null) {
        await stage.actors.poll(other, code);
        // Repeating a move succeeds, so phone and backend can simply repeat theirs.
        for (const move of ['scan', 'confirm'] as const) await stage.actors.move(other, code, move, 'alice');
        const last = await stage.actors.poll(other, code);
        ticket ??= last.ticket;
        if (ticket !== undefined) await stage.actors.exchange(other, code, ticket);
        expect(await stage.actors.poll(other, code)).toMatchObject({ status: 'EXPIRED' });
      }
      await victim.start();
      await stage.requireKeptPromises();
    },
  );

  it.each(rounds === 1 ? [0, 12] : [0, 4, 12, 1000])(
    '%i ms into an exchange: its backend gets one login and refresh token from the other node',
    async (delayMs) => {
      const [victim, other] = [stage.node(0), stage.node(1)];
      const { ticket } = await stage.confirmed(other);
      const before = await stage.system.countLogins();
      const exchange = (node: ServerNode) =>
        call(node, '/api/v3/exchange-tokenset-with-qrcode-ticket', {
          agent: 'backend',
          body: { ticket, client_id: site.id, client_secret: site.secret, scope: 'openid offline_access' },
        });
      const running = exchange(victim);
      await wait(delayMs);
      await victim.kill();
      const lost = await running;
      const again = await exchange(other);
      expect(again?.body.data?.refresh_token).toEqual(expect.any(String));
      if (lost !== null) expect(again?.body.data).toEqual(lost.body.data);
      expect((await exchange(other))?.body.data).toEqual(again?.body.data);
      expect(await stage.system.countLogins()).toBe(before + 1);
      await victim.start();

      const refresh = (node: ServerNode) => refreshed(node, String(again?.body.data?.refresh_token));
      const refreshing = refresh(victim);
      await wait(delayMs);
      await victim.kill();
      const lostToken = await refreshing;
      const token = await refresh(other);
      expect(token).toEqual(expect.any(String));
      if (lostToken !== null) expect(token).toBe(lostToken);
      expect(await refresh(other)).toBe(token);
      await victim.start();
    },
  );
});

/** Refreshes and resolves to the next refresh token; null when there was no answer. */
async function refreshed(node: ServerNode, refreshToken: string): Promise<string | null> {
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: site.id };
  try {
    const response = await fetch(`${node.url}/oidc/token`, {
      method: 'POST',
      headers: { 'user-agent': 'backend' },
      body: new URLSearchParams({ ...form, client_secret: site.secret }),
    });
    return (await response.json()).refresh_token;
  } catch {
    return null;
  }
}
