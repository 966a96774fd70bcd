const patienceMs = 1_000;

export interface Progress {
  /** How far something is. */
  tell(text: string): void;
  /** Shows again what was told last, though nothing new happened. */
  renew(): void;
  end(): void;
}

/** Tells how far something is, once a second has gone by: on a terminal in one renewed line, elsewhere each ten seconds. */
export function createProgress(output: { isTerminal: boolean; write(text: string): void; now(): number }): Progress {
  const { isTerminal, write, now } = output;
  const start = now();
  const wipe = '\r\u001b[2K';
  let next = start + patienceMs;
  let last = '';
  let isShown = false;

  function show(text: string): void {
    if (now() < next) return;
    next = now() + (isTerminal ? patienceMs : 10 * patienceMs);
    isShown = true;
    write(isTerminal ? `${wipe}  ${text}` : `  ${text}\n`);
  }

  return {
    tell(text) {
      last = text;
      show(text);
    },
    renew: () => show(`${last === '' ? 'working' : last}, ${Math.round((now() - start) / 1000)} s`),
    end() {
      if (isTerminal && isShown) write(wipe);
    },
  };
}
