import type { Logger } from 'pino';
import type { Clock } from '../core/ground/ports.ts';
import type { OwnTokenRefusal } from '../core/tokens/own-token.ts';

const logAgainMs = 60_000;

/**
 * Tells the operator why tokens are refused, each reason of an entry once a minute: a stray slash in an issuer is hard to see from the
 * phone. Never the token, nor anything of its person.
 */
export function createRefusalLog({ log, clock }: { log: Pick<Logger, 'warn'>; clock: Clock }) {
  const loggedAt = new Map<string, number>();

  return function tell(refusal: OwnTokenRefusal, issuers: readonly string[]): void {
    const { entryName: entry, word: reason, claim, expected, issuer } = refusal;
    const now = clock.now();
    const key = JSON.stringify([entry, reason]);
    if (now - (loggedAt.get(key) ?? Number.NEGATIVE_INFINITY) < logAgainMs) return;
    loggedAt.set(key, now);
    const hint = reason === 'unknown_issuer' ? nearIssuer(issuer ?? '', issuers) : undefined;
    log.warn({ entry, reason, claim, expected, issuer, hint }, "a company's token is refused");
  };
}

function nearIssuer(issuer: string, issuers: readonly string[]): string | undefined {
  const bare = (text: string) => text.toLowerCase().replace(/\/+$/, '');
  const near = issuers.find((known) => bare(known) === bare(issuer));
  return near === undefined ? undefined : `the entry says ${JSON.stringify(near)}: write it as the token does`;
}
