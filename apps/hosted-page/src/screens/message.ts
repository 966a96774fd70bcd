import type { InteractionView } from '@passbeam/protocol';
import { clockTime, createCountdown, type IconName, icon } from '@passbeam/widget/parts';
import { NoAnswer, Refusal } from '../api.ts';
import { button, el, outside, setText } from '../draw/dom.ts';
import type { Screen, Stage } from '../stage.ts';
import type { Told, Words } from '../words.ts';

/** What a message needs of the page; there may be no view yet. */
export type MessageStage = Pick<Stage, 'words' | 'clock' | 'onLeave'> & { view: InteractionView | null };

/** The way into a message that this page was opened without an interaction. */
export const noInteraction = new Refusal('missing', 0);

/** The refusals that end this page, or make it pause: what a person reads, and what they may do. */
export function messageScreen(
  { view, words, clock, onLeave }: MessageStage,
  error: unknown,
  { until, tryNow }: { until?: number; tryNow?(): void },
): Screen {
  const { told, sign, isOver } = reading(error, words);
  const requestId = error instanceof Refusal ? error.requestId : null;
  const wait = el('p', { class: 'wait', role: 'timer' });
  const countdown = createCountdown(clock, (seconds) =>
    setText(wait, seconds === undefined ? '' : words.nextTry(clockTime(seconds))),
  );
  countdown.to(until);
  onLeave(() => countdown.to(undefined));
  const home =
    view === null
      ? null
      : outside(words.startAgain(view.application.name), view.application.homeUrl, { class: 'button primary' });
  return {
    title: told.title,
    content: [
      el('div', { class: 'sign' }, icon(sign)),
      el('p', { class: 'lead', role: 'status' }, told.text),
      wait,
      el(
        'div',
        { class: 'choices' },
        isOver ? home : tryNow && button('primary', until === undefined ? words.tryAgain : words.tryNow, tryNow),
      ),
      requestId === null ? null : el('p', { class: 'soft request' }, `${words.requestId}: `, el('code', {}, requestId)),
    ],
  };
}

function reading(error: unknown, words: Words): { told: Told; sign: IconName; isOver: boolean } {
  if (error instanceof NoAnswer) return { told: words.network, sign: 'offline', isOver: false };
  switch (error instanceof Refusal ? error.code : '') {
    case 'missing':
      return { told: words.missing, sign: 'warning', isOver: true };
    case 'interaction_not_found':
    case 'route_not_found':
      return { told: words.over, sign: 'clock', isOver: true };
    case 'interaction_foreign':
      return { told: words.foreign, sign: 'warning', isOver: true };
    case 'unavailable':
    case 'too_many_requests':
    case 'invalid_response':
    case 'qr_conflict':
      return { told: words.busy, sign: 'clock', isOver: false };
    default:
      return { told: words.fault, sign: 'warning', isOver: false };
  }
}
