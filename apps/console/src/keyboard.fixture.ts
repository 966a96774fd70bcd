import type { Locator, Page } from 'playwright-core';

/** Where the focus is, as somebody who sees finds it. */
interface Focus {
  what: string;
  hasRing: boolean;
  isSeen: boolean;
  box: { left: number; top: number; bottom: number };
}

/**
 * Goes through a page by Tab alone. After each press the focus has to be visible: in the window, uncovered, with a ring around it; and
 * it may not jump back to what stands above and left of where it was, but from a page's end to its beginning.
 */
export function tabsOf(page: Page) {
  let last: Focus | null = null;

  async function press(key: 'Tab' | 'Shift+Tab'): Promise<void> {
    await page.keyboard.press(key);
    const now = await page.evaluate(focusOf);
    if (now === null) {
      last = null;
      return;
    }
    if (!now.isSeen) throw new Error(`the focus cannot be seen on ${now.what}`);
    if (!now.hasRing) throw new Error(`no ring around ${now.what}`);
    if (key === 'Tab' && last !== null && now.box.bottom <= last.box.top && now.box.left < last.box.left) {
      throw new Error(`the focus jumps back from ${last.what} to ${now.what}`);
    }
    last = now;
  }

  return {
    /** Presses Tab until this has the focus. Returns how often. */
    async to(wanted: Locator, { most = 25, key = 'Tab' }: { most?: number; key?: 'Tab' | 'Shift+Tab' } = {}) {
      await wanted.waitFor();
      last = null;
      for (let presses = 1; presses <= most; presses += 1) {
        await press(key);
        if (await hasFocus(wanted)) return presses;
      }
      throw new Error(`${most} times ${key}, and the focus is on ${last === null ? 'nothing' : (last as Focus).what}`);
    },
  };
}

export const hasFocus = (wanted: Locator) => wanted.evaluate((element) => element === document.activeElement);

/** Runs in the page. Null: nothing has the focus, for it is in the browser's own controls. */
function focusOf(): Focus | null {
  const focused = document.activeElement;
  if (focused === null || focused === document.body) return null;
  // A switch is a picture beside a field that is transparent.
  const isDrawn = focused.getBoundingClientRect().width > 4 && getComputedStyle(focused).opacity !== '0';
  const drawn = isDrawn ? focused : (focused.parentElement ?? focused);
  const { left, top, bottom, width, height } = drawn.getBoundingClientRect();
  const x = left + Math.min(width / 2, 40);
  const y = top + height / 2;
  const there = document.elementFromPoint(x, y);
  const isSeen =
    x >= 0 &&
    y >= 0 &&
    x <= innerWidth &&
    y <= innerHeight &&
    there !== null &&
    (drawn.contains(there) || there.contains(drawn));
  const accent = getComputedStyle(document.documentElement).getPropertyValue('--accent').trim();
  const probe = document.createElement('i');
  probe.style.color = accent;
  document.body.append(probe);
  const ring = getComputedStyle(probe).color;
  probe.remove();
  const hasRing = [focused, focused.nextElementSibling, focused.parentElement].some((element) => {
    if (element === null) return false;
    const look = getComputedStyle(element);
    const isOutlined = look.outlineStyle !== 'none' && Number.parseFloat(look.outlineWidth) >= 1.5;
    return (
      isOutlined || (element === focused && focused.matches('input, textarea, select') && look.borderTopColor === ring)
    );
  });
  const name = focused.getAttribute('aria-label') ?? focused.textContent ?? '';
  const what = `<${focused.localName} class="${focused.className}"> ${name.trim().slice(0, 60)}`;
  return { what, hasRing, isSeen, box: { left, top: top + scrollY, bottom: bottom + scrollY } };
}
