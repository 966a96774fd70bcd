import { describe, expect } from 'vitest';
import { type AuthorizationWorld, callback, engines, type Reply, withWorld } from './world.fixture.ts';

/** The modules of the conformance suite's plan for form posts, under their names. */
describe.each(engines())('oidcc-formpost-basic-certification-test-plan on $name', (engine) => {
  let world: AuthorizationWorld;
  const test = withWorld(engine, (opened) => {
    world = opened;
  });
  const formPost = { response_mode: 'form_post' };

  /** What the page posts, and where to: nothing of it is in an address. */
  function posted({ status, text, location }: Reply) {
    expect([status, location]).toEqual([200, null]);
    const [, action = ''] = /<form method="post" action="([^"]*)">/.exec(text) ?? [];
    expect(action).toBe(callback);
    const inputs = [...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)];
    return Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, value]));
  }

  test('oidcc-server', async () => {
    const browser = world.browser();
    const page = browser.page(await browser.go(world.request(world.post, formPost)));
    const { code = '', state, error } = posted(await page.signIn());
    expect([state, error]).toEqual(['state-1', undefined]);
    expect((await world.redeem(world.post, code)).status).toBe(200);
  });

  test('oidcc-prompt-none-not-logged-in', async () => {
    const fields = posted(await world.browser().go(world.request(world.post, { ...formPost, prompt: 'none' })));
    expect(fields).toMatchObject({ error: 'login_required', state: 'state-1' });
    expect(fields).not.toHaveProperty('code');
  });

  test('oidcc-prompt-none-logged-in', async () => {
    const { browser } = await world.login(world.post);
    world.pass(5);
    const fields = posted(await browser.go(world.request(world.post, { ...formPost, prompt: 'none' })));
    expect(fields.code).toMatch(/^ac_/);
  });

  test('a person who goes back', async () => {
    const browser = world.browser();
    const page = browser.page(await browser.go(world.request(world.post, formPost)));
    await page.post('cancel');
    expect(posted(await page.leave())).toMatchObject({ error: 'access_denied', state: 'state-1' });
  });
});
