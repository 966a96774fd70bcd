import type { FastifyReply, FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { createSignInCookies } from './sign-in-cookies.ts';

const cookies = createSignInCookies('https://login.example.com');
const secret = 's'.repeat(43);
const asking = (...sent: string[]) =>
  ({ headers: { cookie: sent.map((name) => `${name}=${secret}`).join('; ') } }) as FastifyRequest;
const sso = (index: number) => `__Host-passbeam_sso_pool${index}`;
const flow = (index: number) => `__Host-passbeam_flow_${String(index).padStart(12, '0')}`;
const many = Array.from({ length: 30 }, (_, index) => index);

/** What is set by the reply: names, of which those that end in `!` are taken away. */
function replying() {
  const set: string[] = [];
  const header = (_: string, value: string) => {
    const [name = '', given = ''] = (value.split(';', 1)[0] ?? '').split('=');
    set.push(given === '' ? `${name}!` : name);
  };
  return { set, reply: { header } as unknown as FastifyReply };
}

it('a browser is looked up in twenty user pools at most, whatever its header holds', () => {
  const found = cookies.ssoCookiesOf(asking('__Host-passbeam_sso_', '__Host-passbeam_sso_no@pool', ...many.map(sso)));
  expect(found).toEqual(many.slice(0, 20).map((index) => ({ userPoolId: `pool${index}`, secret })));
});

it('the oldest cookies make room for a new one, and the one that it replaces stays out of that', () => {
  const flows = replying();
  cookies.setFlow(asking(...many.slice(0, 21).map(flow)), flows.reply, 'n'.repeat(43), secret);
  expect(flows.set).toEqual([`${flow(0)}!`, `${flow(1)}!`, `__Host-passbeam_flow_${'n'.repeat(12)}`]);
  const pools = replying();
  cookies.setSso(asking(...many.slice(0, 20).map(sso)), pools.reply, 'pool0', secret);
  expect(pools.set).toEqual([sso(0)]);
});

it('names that no cookie of ours has are neither looked at nor taken away', () => {
  const { set, reply } = replying();
  cookies.setFlow(asking(...many.map((index) => `__Host-passbeam_flow_é ${index}`)), reply, 'n'.repeat(43), secret);
  expect(set).toEqual([`__Host-passbeam_flow_${'n'.repeat(12)}`]);
});
