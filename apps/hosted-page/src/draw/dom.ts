type Child = Node | string | null | false | undefined;

/** Builds an element. Texts become text nodes, so that what people and applications are called cannot become HTML (threats T23). */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string | boolean | null | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '');
    else if (typeof value === 'string') element.setAttribute(name, value);
  }
  element.append(...children.filter((child): child is Node | string => Boolean(child)));
  return element;
}

export function button(look: 'primary' | 'plain' | 'link', label: string, onPress: () => void): HTMLButtonElement {
  const element = el('button', { type: 'button', class: `button ${look}` }, label);
  element.addEventListener('click', onPress);
  return element;
}

/** A link to another place than this page, or null where the address is none that a page may link to. */
export function outside(
  label: string,
  address: string | null,
  attributes: Record<string, string> = {},
): HTMLElement | null {
  return isWebAddress(address) ? el('a', { href: address, rel: 'noreferrer noopener', ...attributes }, label) : null;
}

export const inNewTab = { target: '_blank' };

export function isWebAddress(address: string | null): address is string {
  try {
    return address !== null && ['https:', 'http:'].includes(new URL(address, location.href).protocol);
  } catch {
    return false;
  }
}

/** Writes only what changed: a live region announces every write. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
