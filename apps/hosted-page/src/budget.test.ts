import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Double, openDouble } from './double.fixture.ts';

let double: Double;
beforeAll(async () => {
  double = await openDouble();
});
afterAll(() => double.close());

it('is a script and a style sheet under 24 kB, compressed, that load nothing further', async () => {
  const script = await readFile(join(double.folder, 'page.js'), 'utf8');
  const style = await readFile(join(double.folder, 'page.css'), 'utf8');
  expect(gzipSync(script).length + gzipSync(style).length).toBeLessThan(24 * 1024);
  expect(script).not.toMatch(/^import\b|\bimport\(|innerHTML|\beval\(/m);
  expect(style).not.toMatch(/url\(|@import/);
});

it('is served with a strict policy, without inline script or style, through the path of the server', async () => {
  const reply = await fetch(`${double.origin}/auth/login?uuid=any`);
  const html = await reply.text();
  const policy = reply.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("form-action 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  expect(html).not.toMatch(/<style|style=|<script(?![^>]* src=)| on\w+=/);
  expect([...html.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, address]) => address)).toEqual([
    '/auth/login/page.css',
    '/auth/login/page.js',
  ]);
});

it('is the same for every interaction, and unchanged at the second request', async () => {
  const [one, other] = await Promise.all(
    ['one', 'other'].map(async (uuid) => fetch(`${double.origin}/auth/login?uuid=${uuid}`)),
  );
  expect(await one?.text()).toBe(await other?.text());
  for (const name of ['login', 'login/page.js', 'login/page.css']) {
    const address = `${double.origin}/auth/${name}`;
    const etag = (await fetch(address)).headers.get('etag') ?? '';
    expect((await fetch(address, { headers: { 'if-none-match': etag } })).status).toBe(304);
  }
});
