/** Builds an element. Texts become text nodes, so that the names people choose cannot become HTML (threats T23). */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean> = {},
  ...children: (Node | string | null)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function button(label: string, className: string, onPress: () => void): HTMLButtonElement {
  const element = el('button', { type: 'button', class: className }, label);
  element.addEventListener('click', onPress);
  return element;
}

/** A person's picture, or their first letter when there is none or it does not load. */
export function avatar(person: { displayName: string; photo: string | null }): HTMLElement {
  const letter = el(
    'span',
    { class: 'avatar', 'aria-hidden': 'true' },
    [...person.displayName][0]?.toUpperCase() ?? '?',
  );
  if (person.photo === null) return letter;
  const picture = el('img', { class: 'avatar', alt: '', referrerpolicy: 'no-referrer' });
  picture.addEventListener('error', () => picture.replaceWith(letter));
  picture.src = person.photo;
  return picture;
}

/** Draws a screen and announces it: the page's title names it, and the focus moves to its heading, for screen readers. */
export function show(page: HTMLElement, title: string, ...content: (Node | null)[]): void {
  const isFirst = page.childElementCount === 0;
  page.replaceChildren(...content.filter((node) => node !== null));
  document.title = title;
  if (isFirst) return;
  const heading = page.querySelector('h1');
  heading?.setAttribute('tabindex', '-1');
  heading?.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}
