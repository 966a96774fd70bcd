export type Step = 'create' | 'scan' | 'confirm' | 'cancel' | 'exchange' | 'poll';

/** One call by one actor. `began` and `ended` are numbered in one sequence for all actors: a lower `ended` than another call's `began` came before it. */
export interface Entry {
  code: string;
  step: Step;
  actor: string;
  began: number;
  ended: number;
  /** `unknown` means no answer, or one that says "later": the call may have had its effect or not. */
  outcome: 'done' | 'refused' | 'unknown';
  /** What a poll saw; EXPIRED for a QR code that the server no longer knows. */
  status?: string;
  /** The access token that an exchange gave. */
  login?: string;
}

/** Records what actors do while faults happen around them. */
export class History {
  readonly entries: Entry[] = [];
  #instant = 0;

  async note(
    call: Pick<Entry, 'code' | 'step' | 'actor'>,
    work: () => Promise<Pick<Entry, 'outcome' | 'status' | 'login'>>,
  ): Promise<Entry> {
    const began = ++this.#instant;
    const entry = { ...call, began, ...(await work()), ended: ++this.#instant };
    this.entries.push(entry);
    return entry;
  }
}

const ranks: Record<string, number> = { PENDING: 0, SCANNED: 1, AUTHORIZED: 2, CANCELLED: 3, EXPIRED: 3 };
/** The lowest rank that a poll may show after each step was acknowledged. */
const promised: Partial<Record<Step, number>> = { scan: 1, confirm: 2, cancel: 3, exchange: 3 };

/** Checks what callers saw against what is promised whatever fails (threats T42, T43, T44); a sentence for each broken promise. */
export function violations(entries: readonly Entry[]): string[] {
  const byCode = Map.groupBy(entries, ({ code }) => code);
  return [...byCode].flatMap(([code, calls]) =>
    [...terminalStates(calls), ...logins(calls), ...scanners(calls), ...losses(calls), ...steps(calls)].map(
      (sentence) => `${code}: ${sentence}`,
    ),
  );
}

function done(calls: readonly Entry[], step: Step): Entry[] {
  return calls.filter((call) => call.step === step && call.outcome === 'done');
}

function terminalStates(calls: readonly Entry[]): string[] {
  const confirmed = done(calls, 'confirm').length > 0;
  return confirmed && done(calls, 'cancel').length > 0 ? ['was both confirmed and cancelled'] : [];
}

/** The distinct logins: a backend that repeats an exchange gets the same one again. */
export function loginsIn(calls: readonly Entry[]): Set<string | undefined> {
  return new Set(done(calls, 'exchange').map(({ login }) => login));
}

function logins(calls: readonly Entry[]): string[] {
  const { size } = loginsIn(calls);
  const backends = new Set(done(calls, 'exchange').map(({ actor }) => actor));
  return [
    ...(size > 1 ? [`its ticket logged in ${size} times`] : []),
    ...(backends.size > 1 ? [`its ticket was good for ${[...backends].join(' and ')}`] : []),
  ];
}

function scanners(calls: readonly Entry[]): string[] {
  const people = new Set(done(calls, 'scan').map(({ actor }) => actor));
  return people.size > 1 ? [`belonged to ${[...people].join(' and ')} at once`] : [];
}

/** Steps that were acknowledged before a poll began, but that the poll does not show. */
function losses(calls: readonly Entry[]): string[] {
  return done(calls, 'poll').flatMap((poll) =>
    calls
      .filter(
        ({ step, outcome, ended }) => outcome === 'done' && ended < poll.began && rankOf(poll) < (promised[step] ?? 0),
      )
      .map(({ step }) => `a poll saw ${poll.status} after ${step} was acknowledged`),
  );
}

/** Polls by which a page saw a code go back, or one end turn into another. */
function steps(calls: readonly Entry[]): string[] {
  const polls = done(calls, 'poll');
  return polls.flatMap((later) =>
    polls
      .filter((earlier) => earlier.actor === later.actor && earlier.ended < later.began)
      .filter(
        (earlier) => rankOf(later) < rankOf(earlier) || (earlier.status === 'EXPIRED' && later.status !== 'EXPIRED'),
      )
      .map((earlier) => `${later.actor} saw ${earlier.status} and then ${later.status}`),
  );
}

function rankOf({ status }: Entry): number {
  return ranks[status ?? ''] ?? -1;
}
