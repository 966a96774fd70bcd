import { el, isWebAddress } from '../draw/dom.ts';
import type { Screen, Stage } from '../stage.ts';

/** After this long the person gets a link: some ways back, such as an app's own scheme, leave the page where it is. */
const slowMs = 4_000;

/** The server knows where to; this page only goes there. */
export function leaveScreen({ view, words, clock, onLeave, announce }: Stage, go: (address: string) => void): Screen {
  const address = view.leaveUrl;
  const slowly = el('div', { class: 'choices', hidden: true });
  if (isWebAddress(address)) {
    go(address);
    slowly.append(
      el('p', { class: 'soft' }, words.leavingSlow),
      el('a', { class: 'button primary', href: address }, words.goOn),
    );
    onLeave(
      clock.after(slowMs, () => {
        slowly.hidden = false;
        announce(words.leavingSlow);
      }),
    );
  }
  return {
    title: words.leaving(view.application.name),
    content: [el('div', { class: 'spinner' }), el('p', { class: 'lead' }, words.leavingText), slowly],
  };
}
