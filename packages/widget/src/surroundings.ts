import type { Language } from './words.ts';
import { chooseLanguage } from './words.ts';

/** What the page around an element decides for it. */
export interface Surroundings {
  language: Language;
  isDark: boolean;
}

/** A page that fades from light to dark has arrived by then. */
const fadeMs = 600;

/** Reads what is around the element. Where a simulated page cannot tell, it is light. */
export function surroundingsOf(element: Element): Surroundings {
  const nearest = ancestorsOf(element)
    .map((ancestor) => ancestor.getAttribute('lang'))
    .find((lang) => lang);
  return { language: chooseLanguage([nearest, navigator.language]), isDark: attempt(() => isOnDark(element)) ?? false };
}

/** Calls when one of them may have changed; the function returned ends it. */
export function watchSurroundings(element: Element, call: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const changed = () => {
    call();
    clearTimeout(timer);
    timer = setTimeout(call, fadeMs);
  };
  const observer = attempt(() => new MutationObserver(changed));
  for (const ancestor of ancestorsOf(element)) observer?.observe(ancestor, { attributes: true });
  const scheme = attempt(() => matchMedia('(prefers-color-scheme: dark)'));
  scheme?.addEventListener('change', changed);
  window.addEventListener('languagechange', changed);
  return () => {
    clearTimeout(timer);
    observer?.disconnect();
    scheme?.removeEventListener('change', changed);
    window.removeEventListener('languagechange', changed);
  };
}

/** For what only decorates: where a browser lacks it, the rest works all the same. */
export function attempt<T>(decorate: () => T): T | undefined {
  try {
    return decorate();
  } catch {
    return undefined;
  }
}

/** The element and all around it, out of shadow trees too. */
function ancestorsOf(element: Element): Element[] {
  const { parentNode } = element;
  const parent = element.assignedSlot ?? (parentNode instanceof ShadowRoot ? parentNode.host : element.parentElement);
  return parent === null ? [element] : [element, ...ancestorsOf(parent)];
}

/**
 * By the colour that is really behind the element: many pages are white under a dark system, or dark by a class of their own,
 * and say so to nobody. Without any colour the browser paints the canvas as the root's `color-scheme` says.
 */
function isOnDark(element: Element): boolean {
  for (const ancestor of ancestorsOf(element)) {
    const lightness = lightnessOf(getComputedStyle(ancestor).backgroundColor);
    if (lightness !== null) return lightness < 0.5;
  }
  const { colorScheme } = getComputedStyle(document.documentElement);
  return /dark/.test(colorScheme) && (!/light/.test(colorScheme) || matchMedia('(prefers-color-scheme: dark)').matches);
}

/** 0 to 1; null for a colour that is not there, or hardly. */
function lightnessOf(color: string): number | null {
  const [first = 0, second = 0, third = 0, alpha = 1] = (color.match(/[\d.]+(?![\d.]*[a-z(])/g) ?? [0, 0, 0, 0]).map(
    Number,
  );
  if (alpha < 0.5) return null;
  if (/^okl/.test(color)) return first;
  if (/^l/.test(color)) return first / 100;
  return (0.299 * first + 0.587 * second + 0.114 * third) / (/^color/.test(color) ? 1 : 255);
}
