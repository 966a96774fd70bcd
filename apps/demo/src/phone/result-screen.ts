import { button, el } from '../page/dom.ts';
import { type Outcome, words } from './words.ts';

const signs: Record<Outcome, { sign: string; tone: 'good' | 'quiet' | 'bad' }> = {
  confirmed: { sign: '✓', tone: 'good' },
  declined: { sign: '✕', tone: 'quiet' },
  expired: { sign: '…', tone: 'quiet' },
  taken: { sign: '!', tone: 'bad' },
  finished: { sign: '!', tone: 'quiet' },
  foreign: { sign: '!', tone: 'bad' },
  unknown: { sign: '?', tone: 'quiet' },
};

export function resultScreen(outcome: Outcome, scanAnother: () => void): HTMLElement {
  const { sign, tone } = signs[outcome];
  const [heading, explanation] = words.results[outcome];
  return el(
    'main',
    { class: 'screen result', 'data-testid': `result-${outcome}` },
    el('span', { class: `sign ${tone}`, 'aria-hidden': 'true' }, sign),
    el('h1', {}, heading ?? ''),
    el('p', { class: 'soft' }, explanation ?? ''),
    button(words.scanAnother, 'button wide', scanAnother),
  );
}
