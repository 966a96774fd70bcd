import type { Language } from './words.ts';
import { chooseLanguage } from './words.ts';

/** What the widget takes over from the page around it. */
export interface Surroundings {
  language: Language;
  isDark: boolean;
}

/** The time after which a page that fades from light to dark is taken to be done. */
const fadeMs = 600;

/** Reads language and theme around the element. Simulated browsers that compute no colours count as light. */
export function surroundingsOf(element: Element): Surroundings {
  const nearest = ancestorsOf(element)
    .map((ancestor) => ancestor.getAttribute('lang'))
    .find((lang) => lang);
  return { language: chooseLanguage([nearest, navigator.language]), isDark: attempt(() => isOnDark(element)) ?? false };
}

/** Calls when language or theme may have changed; the function returned ends that. */
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

/** Whether this is a phone, where the app may be. */
export function isPhone(): boolean {
  return /Phone|Android.+Mobile/.test(navigator.userAgent);
}

/** Runs what only decorates, and ignores its errors: the widget works without it. */
export function attempt<T>(decorate: () => T): T | undefined {
  try {
    return decorate();
  } catch {
    return undefined;
  }
}

/** The element and all elements around it, also beyond the shadow trees it stands in. */
function ancestorsOf(element: Element): Element[] {
  const { parentNode } = element;
  const parent = element.assignedSlot ?? (parentNode instanceof ShadowRoot ? parentNode.host : element.parentElement);
  return parent === null ? [element] : [element, ...ancestorsOf(parent)];
}

/** By the background behind the element, for many pages declare no scheme; without one, by the root's `color-scheme`. */
function isOnDark(element: Element): boolean {
  for (const ancestor of ancestorsOf(element)) {
    const lightness = lightnessOf(getComputedStyle(ancestor).backgroundColor);
    if (lightness !== null) return lightness < 0.5;
  }
  const { colorScheme } = getComputedStyle(document.documentElement);
  return /dark/.test(colorScheme) && (!/light/.test(colorScheme) || matchMedia('(prefers-color-scheme: dark)').matches);
}

/** 0 (black) to 1 (white); null for a colour that is almost or wholly transparent. */
function lightnessOf(color: string): number | null {
  const [first = 0, second = 0, third = 0, alpha = 1] = (color.match(/[\d.]+(?![\d.]*[a-z(])/g) ?? [0, 0, 0, 0]).map(
    Number,
  );
  if (alpha < 0.5) return null;
  if (/^okl/.test(color)) return first;
  if (/^l/.test(color)) return first / 100;
  return (0.299 * first + 0.587 * second + 0.114 * third) / (/^color/.test(color) ? 1 : 255);
}
