/** The widget's time. It is monotonic, because a visitor's wall clock may be wrong, or be set while a code is shown. */
export interface Clock {
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Calls once after `ms`; the function returned cancels it. */
  after(ms: number, call: () => void): () => void;
  /** From 0 to below 1, for random pauses. */
  random(): number;
}

/** The page around the widget. */
export interface Page {
  isHidden(): boolean;
  /** Calls when the page is shown or hidden, or the network is back; the function returned ends that. */
  watch(call: () => void): () => void;
}

/** The clock of this browser tab. */
export const browserClock: Clock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** The page was shown or hidden, came back from a frozen tab or from the browser's memory of pages, or the network is back. */
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
