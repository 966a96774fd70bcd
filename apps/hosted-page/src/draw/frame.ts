import type { InteractionView } from '@passbeam/protocol';
import type { Words } from '../words.ts';
import { accentOn } from './colour.ts';
import { el, inNewTab, outside, setText } from './dom.ts';

type Application = InteractionView['application'];

export interface Frame {
  draw(parts: { application: Application | null; words: Words; title: string; content: (Node | null)[] }): void;
  /** Says a text to screen readers. */
  announce(text: string): void;
  setBusy(isBusy: boolean): void;
  setSlow(isSlow: boolean): void;
}

/** The card with the application's name and colour, and the foot with its terms and the other language. */
export function createFrame(body: HTMLElement, { onOtherLanguage }: { onOtherLanguage(): void }): Frame {
  const brand = el('header', { class: 'brand' });
  const main = el('main', {}, el('div', { class: 'spinner late' }));
  const foot = el('footer', { class: 'foot' });
  const said = el('p', { class: 'unseen', role: 'status' });
  const card = el('div', { class: 'card' }, brand, main);
  body.replaceChildren(el('div', { class: 'page' }, card, foot), said);
  let brandKey = '';
  let isFirst = true;

  return {
    draw({ application, words, title, content }) {
      document.documentElement.lang = words.tag;
      document.title = words.titleOf(title, application?.name);
      const heading = el('h1', { tabindex: '-1' }, title);
      const hadFocus = foot.contains(document.activeElement);
      drawBrand(application);
      main.replaceChildren(heading, ...content.filter((node) => node !== null));
      const language = otherLanguage(words);
      foot.replaceChildren(...links(application, words), language);
      if (hadFocus) return language.focus();
      if (!isFirst && !main.contains(document.activeElement)) heading.focus({ preventScroll: true });
      if (!isFirst) window.scrollTo(0, 0);
      isFirst = false;
    },
    announce(text) {
      setText(said, '');
      setText(said, text);
    },
    setBusy: (isBusy) => main.setAttribute('aria-busy', String(isBusy)),
    setSlow: (isSlow) => card.classList.toggle('slow', isSlow),
  };

  /** Draws the brand only when it changes, for a logo must not flicker. */
  function drawBrand(application: Application | null): void {
    const key = JSON.stringify([application?.name, application?.domain, application?.logoUrl, application?.color]);
    if (key === brandKey) return;
    brandKey = key;
    paint(application?.color ?? null);
    brand.replaceChildren();
    if (application === null) return;
    const { name, domain, logoUrl } = application;
    brand.append(
      logo(name, logoUrl),
      el('p', {}, el('strong', {}, name), domain !== null && el('span', { class: 'soft' }, domain)),
    );
  }

  function otherLanguage({ otherLanguage, otherLanguageTag }: Words): HTMLElement {
    const element = el('button', { type: 'button', class: 'button link', lang: otherLanguageTag }, otherLanguage);
    element.addEventListener('click', onOtherLanguage);
    return element;
  }
}

function links(application: Application | null, words: Words): HTMLElement[] {
  if (application === null) return [];
  return [outside(words.terms, application.termsUrl, inNewTab)].filter((link) => link !== null);
}

/** The logo on white, whatever the theme, for it was drawn for paper; the initial until it is there, or for want of one. */
function logo(name: string, address: string | null): HTMLElement {
  const place = el('span', { class: 'logo', 'aria-hidden': 'true' }, [...name][0]?.toUpperCase() ?? '');
  if (address !== null) {
    const picture = el('img', { alt: '', referrerpolicy: 'no-referrer', decoding: 'async' });
    picture.addEventListener('load', () => {
      place.classList.add('drawn');
      place.replaceChildren(picture);
    });
    picture.src = address;
  }
  return place;
}

function paint(color: string | null): void {
  const { style } = document.documentElement;
  const isColor = color !== null && /^#[\da-f]{6}$/i.test(color);
  document.documentElement.toggleAttribute('data-branded', isColor);
  for (const scheme of ['light', 'dark'] as const) {
    for (const name of ['accent', 'ink'] as const) {
      style.setProperty(`--brand-${name}-${scheme}`, isColor ? accentOn(scheme, color)[name] : null);
    }
  }
}
