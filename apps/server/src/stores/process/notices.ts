import type { QrNotices } from '../../core/qr/notices.ts';

/** Notices within this process: for stores that no other node writes to. */
export function createProcessNotices(): QrNotices & {
  /** Calls every listener: notices may have been missed, so everybody looks again. */
  publishAll(): void;
  /** How many QR sessions are waited for, and by how many listeners. */
  count(): { codes: number; listeners: number };
} {
  // A lone listener is kept bare: most codes are watched by one page, and a set for each would cost more than the page.
  const byCode = new Map<string, (() => void) | Set<() => void>>();

  function publish(idHash: string): void {
    const known = byCode.get(idHash);
    if (known === undefined) return;
    if (typeof known === 'function') known();
    // A listener may leave while it is called.
    else for (const listener of [...known]) listener();
  }

  return {
    subscribe(idHash, listener) {
      const known = byCode.get(idHash);
      if (known === undefined) byCode.set(idHash, listener);
      else if (typeof known === 'function') byCode.set(idHash, new Set([known, listener]));
      else known.add(listener);
      return () => {
        const left = byCode.get(idHash);
        if (left === listener) byCode.delete(idHash);
        else if (left instanceof Set && left.delete(listener) && left.size === 0) byCode.delete(idHash);
      };
    },
    publish,
    publishAll() {
      for (const idHash of [...byCode.keys()]) publish(idHash);
    },
    count() {
      let listeners = 0;
      for (const known of byCode.values()) listeners += known instanceof Set ? known.size : 1;
      return { codes: byCode.size, listeners };
    },
  };
}
