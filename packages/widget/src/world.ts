/** Time as the widget sees it: monotonic, because the wall clock of a visitor may be wrong or be set meanwhile. */
export interface Clock {
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Calls once after `ms`; the function returned takes it back. */
  after(ms: number, call: () => void): () => void;
  /** 0 up to 1, for jitter. */
  random(): number;
}

/** The page around the widget. */
export interface Page {
  isHidden(): boolean;
  /** Calls when the page is shown or hidden, or the network is back; the function returned ends it. */
  watch(call: () => void): () => void;
}

/** The real ones, of this browser tab. */
export const browserClock: Clock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Shown or hidden; back from a frozen tab or the browser's memory of pages; the network is there again. */
const turns = ['visibilitychange', 'resume', 'pageshow', 'online'];

export const browserPage: Page = {
  isHidden: () => document.hidden,
  watch(call) {
    for (const name of turns) window.addEventListener(name, call);
    return () => {
      for (const name of turns) window.removeEventListener(name, call);
    };
  },
};
