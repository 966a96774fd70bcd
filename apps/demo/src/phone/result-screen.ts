import type { ApprovalOutcome } from '@passbeam/sdk/approval';
import { button, el } from '../page/dom.ts';
import type { Ended } from './approval-screens.ts';
import { words } from './words.ts';

const signs: Record<ApprovalOutcome, { sign: string; tone: 'good' | 'quiet' | 'bad' }> = {
  approved: { sign: '✓', tone: 'good' },
  declined: { sign: '✕', tone: 'quiet' },
  expired: { sign: '…', tone: 'quiet' },
  taken: { sign: '!', tone: 'bad' },
  finished: { sign: '!', tone: 'quiet' },
  unclear: { sign: '?', tone: 'quiet' },
  unknown: { sign: '?', tone: 'quiet' },
  otherService: { sign: '!', tone: 'bad' },
  notAllowed: { sign: '!', tone: 'bad' },
  scanBorn: { sign: '!', tone: 'bad' },
  suspended: { sign: '!', tone: 'bad' },
  signedOut: { sign: '!', tone: 'quiet' },
};

export function resultScreen({ outcome, heading, text }: Ended, scanAnother: () => void): HTMLElement {
  const { sign, tone } = signs[outcome];
  return el(
    'main',
    { class: 'screen result', 'data-testid': `result-${outcome}` },
    el('span', { class: `sign ${tone}`, 'aria-hidden': 'true' }, sign),
    el('h1', {}, heading),
    el('p', { class: 'soft' }, text),
    button(words.scanAnother, 'button wide', scanAnother),
  );
}
