import { icon } from '@passbeam/widget/parts';
import { el } from './dom.ts';

/** A round picture of a person; the initial in its place while it is missing, late or broken. */
export function person(
  { displayName, photo }: { displayName: string; photo: string },
  size: 'small' | 'large',
): HTMLElement {
  const [initial] = displayName.trim();
  const stand = initial !== undefined && /\p{L}/u.test(initial) ? initial.toUpperCase() : icon('person');
  const circle = el('span', { class: `person ${size}`, 'aria-hidden': 'true' }, stand);
  if (photo !== '') {
    const picture = el('img', { alt: '', referrerpolicy: 'no-referrer', decoding: 'async' });
    picture.addEventListener('load', () => circle.replaceChildren(picture));
    picture.src = photo;
  }
  return circle;
}
