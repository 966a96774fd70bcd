const isTerminal = process.stderr.isTTY === true;

/** Says what is being done. On a terminal, the next message replaces this one. */
export function progress(text: string): void {
  process.stderr.write(isTerminal ? `\r\u001b[2K${text} …` : `${text} …\n`);
}

export function endProgress(): void {
  if (isTerminal) process.stderr.write('\r\u001b[2K');
}
