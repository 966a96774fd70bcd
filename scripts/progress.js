const isTerminal = process.stdout.isTTY === true;

/**
 * Carries out the steps that are not done yet, each with a line that shows the time it takes. Prints nothing when all are done.
 * @param {{ title: string, isDone(): boolean, run(): Promise<void> }[]} steps
 */
export async function carryOut(steps) {
  const pending = steps.filter((step) => !step.isDone());
  for (const [index, step] of pending.entries()) {
    const stop = showProgress(`[${index + 1}/${pending.length}] ${step.title}`);
    try {
      await step.run();
      stop('done');
    } catch (error) {
      stop('failed');
      throw error;
    }
  }
}

/** Shows a step's progress: on a terminal as one line that counts seconds, elsewhere as a line at the start, every ten seconds, and at the end. */
export function showProgress(title) {
  const start = Date.now();
  const elapsed = () => `${Math.round((Date.now() - start) / 1000)} s`;
  const write = (text) => process.stdout.write(isTerminal ? `\r\u001b[2K${text}` : `${text}\n`);
  write(`${title} …`);
  const timer = setInterval(() => write(`${title} … ${elapsed()}`), isTerminal ? 1000 : 10_000);
  return (outcome) => {
    clearInterval(timer);
    write(`${title}: ${outcome} in ${elapsed()}${isTerminal ? '\n' : ''}`);
  };
}
