import type { Clock } from './world.ts';

export interface Picture {
  /** Loads the code's image at this PNG address; giving the same address again changes nothing. */
  load(url: string): void;
  /** Stops loading; the next `load` begins anew. */
  rest(): void;
}

const attemptMs = 8_000;
const pauseMs = 1_000;

/** The addresses to try in turn: the sharper SVG, then the PNG, and both once more in case the network failed for a moment. */
function sourcesOf(url: string): string[] {
  const svg = url.replace(/\.png(?=$|[?#])/, '.svg');
  return [svg, url, svg, url];
}

/** Loads the image of a code, and calls when it is shown or cannot be loaded. */
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
