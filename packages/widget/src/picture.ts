import type { Clock } from './world.ts';

export interface Picture {
  /** Loads the code at this PNG address; the same address again changes nothing. */
  load(url: string): void;
  /** Stops loading and forgets what failed. */
  rest(): void;
}

const attemptMs = 8_000;
const pauseMs = 1_000;

/** The sharper SVG first; a second round for a network that hiccuped. */
function sourcesOf(url: string): string[] {
  const svg = url.replace(/\.png(?=$|[?#])/, '.svg');
  return [svg, url, svg, url];
}

/** Gets the image of a code onto the screen, or says that it cannot. */
export function createPicture(parts: {
  image: Pick<HTMLImageElement, 'src' | 'addEventListener' | 'removeAttribute'>;
  clock: Clock;
  onReady(): void;
  onFailed(): void;
}): Picture {
  const { image, clock, onReady, onFailed } = parts;
  let loadedUrl: string | null = null;
  let sources: string[] = [];
  let attempt = 0;
  let isLoading = false;
  let cancelTimer = () => {};

  image.addEventListener('load', () => {
    if (!isLoading) return;
    isLoading = false;
    cancelTimer();
    onReady();
  });
  image.addEventListener('error', next);

  return {
    load(url) {
      if (url === loadedUrl) return;
      loadedUrl = url;
      sources = sourcesOf(url);
      attempt = 0;
      isLoading = true;
      tryOnce();
    },
    rest() {
      cancelTimer();
      if (isLoading) loadedUrl = null;
      isLoading = false;
    },
  };

  function tryOnce() {
    cancelTimer();
    image.src = sources[attempt] ?? '';
    cancelTimer = clock.after(attemptMs, next);
  }

  function next() {
    if (!isLoading) return;
    cancelTimer();
    attempt += 1;
    if (attempt < sources.length) {
      cancelTimer = clock.after(attempt % 2 === 0 ? pauseMs : 0, tryOnce);
      return;
    }
    isLoading = false;
    loadedUrl = null;
    onFailed();
  }
}
