import { expect, it } from 'vitest';
import { canonicalOrigin } from '../../core/directory/origins.ts';
import { createRefusedOrigins } from './refused-origins.ts';

function opened() {
  const time = { now: 0 };
  const lines: string[] = [];
  const warn = (...args: unknown[]) => lines.push(String(args.at(-1)));
  const refusedOrigins = { note: canonicalOrigin };
  const note = createRefusedOrigins({ log: { warn }, clock: { now: () => time.now }, refusedOrigins });
  const named = (applicationId: string | null) => ({ applicationId, poolId: null });
  return {
    time,
    lines,
    note: (origin: string, applicationId: string | null) => note(origin, named(applicationId)),
  };
}

it('names each refused origin once a minute, with the line to add', () => {
  const { time, lines, note } = opened();
  for (let time = 0; time < 5; time++) note('https://www.example.com', 'site');
  note('tauri://localhost', null);
  expect(lines).toEqual([
    'refused a page of https://www.example.com. If it is yours, add it: allowedOrigins: ["https://www.example.com"]',
    'refused a page of tauri://localhost. If it is yours, add it: allowedOrigins: ["tauri://localhost"]',
  ]);
  time.now = 60_000;
  note('https://www.example.com', 'site');
  expect(lines).toHaveLength(3);
});

it('logs a bounded number of origins, however many strangers send', () => {
  const { lines, note } = opened();
  for (let made = 0; made < 10_000; made++) note(`https://a${made}.example`, null);
  expect(lines).toHaveLength(51);
  expect(lines.at(-1)).toContain('further origins');
});

it('does not log what no browser sends, and says why a page without an origin was refused', () => {
  const { lines, note } = opened();
  for (const origin of ['', 'x', `https://${'a'.repeat(9_000)}.example/path`, 'https://a.example\u0000', '*'])
    note(origin, null);
  expect(lines).toEqual([]);
  note('null', null);
  expect(lines).toEqual([expect.stringContaining('sandboxed frame')]);
});
