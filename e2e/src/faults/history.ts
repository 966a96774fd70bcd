export type Step = 'create' | 'scan' | 'confirm' | 'cancel' | 'exchange' | 'poll';

/** One call by one actor. `began` and `ended` count on one line for all actors: what ended before another began came first. */
export interface Entry {
  code: string;
  step: Step;
  actor: string;
  began: number;
  ended: number;
  /** Unknown: no answer, or one that says "later": it may have happened or not. */
  outcome: 'done' | 'refused' | 'unknown';
  /** What a poll saw; EXPIRED for a code that nobody knows any more. */
  status?: string;
  /** What an exchange gave. */
  login?: string;
}

/** Writes down what actors do while faults happen around them. */
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
/** The least a poll may show after a step was acknowledged. */
const promised: Partial<Record<Step, number>> = { scan: 1, confirm: 2, cancel: 3, exchange: 3 };

/**
 * What the server promises whatever fails, checked on what its callers saw (threats T42, T43, T44). Empty when every promise
 * was kept.
 */
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

/** Each login once: a backend that asks again gets the one it may have lost. */
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

/** What was acknowledged before a poll began shows in that poll. */
function losses(calls: readonly Entry[]): string[] {
  return done(calls, 'poll').flatMap((poll) =>
    calls
      .filter(
        ({ step, outcome, ended }) => outcome === 'done' && ended < poll.began && rankOf(poll) < (promised[step] ?? 0),
      )
      .map(({ step }) => `a poll saw ${poll.status} after ${step} was acknowledged`),
  );
}

/** No poller sees a code go back, nor one end turn into another. */
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
