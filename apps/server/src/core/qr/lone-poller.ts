/**
 * An unbound QR session follows one poller: one network and User-Agent (threats T9). A page may change its network once, before the scan.
 * Any other second poller ends the session: otherwise whoever polls faster, maybe a thief, wins the ticket.
 */
const contested = '-';

export function isContested({ receiverHash, isBound }: { receiverHash: string | null; isBound: boolean }): boolean {
  return receiverHash === contested && !isBound;
}

/** The value to keep after `poller` asked; it is `known` itself when that poller is followed already. */
export function followedAfter(known: string | null, poller: string, isScanned: boolean): string {
  if (known === null) return poller;
  const [current, before] = known.split(' ');
  if (known === contested || current === poller) return known;
  return isScanned || before !== undefined ? contested : `${poller} ${current}`;
}

export function isFollowed(known: string | null, poller: string): boolean {
  return known !== null && known.split(' ', 1)[0] === poller;
}
