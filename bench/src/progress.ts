const isTerminal = process.stderr.isTTY === true;

/** Says what is being done; on a terminal the next line takes this one's place. */
export function progress(text: string): void {
  process.stderr.write(isTerminal ? `\r\u001b[2K${text} …` : `${text} …\n`);
}

export function endProgress(): void {
  if (isTerminal) process.stderr.write('\r\u001b[2K');
}
