import { useEffect, useState } from 'react';

/** What had the focus before the dialogs that are open now, the latest first. */
let trail: readonly Element[] = [];

/** An entry of a menu is gone when its dialog closes; the button that opens the menu is not. */
function staying(focused: Element): Element {
  const menu = focused.closest('[role="menu"]');
  return document.getElementById(menu?.getAttribute('aria-labelledby') ?? '') ?? focused;
}

/**
 * Gives the focus back when a dialog closes: to what opened it, or where that is gone, to what had opened the dialog before. The
 * library does so only for dialogs that stay mounted while they are closed.
 */
export function useFocusBack(): void {
  const [before] = useState(() => [...(document.activeElement ? [staying(document.activeElement)] : []), ...trail]);
  useEffect(() => {
    trail = before;
    return () => {
      trail = before.slice(1);
      const isLost = document.activeElement === null || document.activeElement === document.body;
      const there = before.find((element) => element.isConnected && element !== document.body);
      if (isLost && there instanceof HTMLElement) there.focus({ preventScroll: true });
    };
  }, [before]);
}
