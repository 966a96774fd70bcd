import { expect, it } from 'vitest';
import { createProgress } from './progress.ts';

/** Watches the move of a table of 1,500 rows a second that reports three times a second. */
function watch(isTerminal: boolean, seconds: number): string[] {
  let time = 0;
  const written: string[] = [];
  const progress = createProgress({ isTerminal, write: (text) => written.push(text), now: () => time });
  for (let part = 1; part <= seconds * 3; part++) {
    time = Math.round((part * 1_000) / 3);
    progress.tell(`audit_events: ${(part * 500).toLocaleString('en')} of 30,000 rows`);
  }
  progress.end();
  return written;
}

const wipe = '\r\u001b[2K';

it('says nothing of a move that takes less than a second', () => {
  expect(watch(false, 0.9)).toEqual([]);
});

it('renews one line each second on a terminal, and clears it', () => {
  const line = (rows: string) => `${wipe}  audit_events: ${rows} of 30,000 rows`;
  expect(watch(true, 3)).toEqual([line('1,500'), line('3,000'), line('4,500'), wipe]);
});

it('writes a line each ten seconds elsewhere', () => {
  expect(watch(false, 20)).toEqual(['1,500', '16,500'].map((rows) => `  audit_events: ${rows} of 30,000 rows\n`));
});

it('goes on counting seconds where nothing new is told', () => {
  let time = 0;
  const written: string[] = [];
  const progress = createProgress({ isTerminal: true, write: (text) => written.push(text), now: () => time });
  for (const seconds of [0.5, 1, 2]) {
    time = seconds * 1000;
    progress.renew();
  }
  expect(written).toEqual([`${wipe}  working, 1 s`, `${wipe}  working, 2 s`]);
});
