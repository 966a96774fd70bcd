import type { Approval } from '@passbeam/sdk/approval';
import { button, el } from '../page/dom.ts';
import type { Checking, Screen } from './approval-screens.ts';
import { words } from './words.ts';

/** Waits for the server to say who is asking; when it does not, the person may try again. */
export function checkingScreen(state: Checking, { retry, close }: Approval): Screen<Checking> {
  const busy = el('span', { class: 'busy', 'aria-hidden': 'true' });
  const heading = el('h1', {});
  const alert = el('p', { role: 'alert', class: 'alert' });
  const ways = el(
    'div',
    { class: 'stack wide' },
    button(words.tryAgain, 'button wide', retry),
    button(words.scanAnother, 'button plain wide', close),
  );

  function update({ isSending, trouble }: Checking): void {
    busy.hidden = !isSending;
    heading.textContent = isSending ? words.checking : words.failed;
    alert.replaceChildren(trouble ? el('span', { class: `note ${isSending ? 'warn' : 'bad'}` }, trouble.text) : '');
    ways.hidden = isSending;
  }

  update(state);
  return { element: el('main', { class: 'screen result' }, busy, heading, alert, ways), update };
}
