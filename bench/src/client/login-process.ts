import { readInput } from '../input.ts';
import { Connection } from './connection.ts';
import { completeLogin, createLoginCalls, type LoginCalls, type Site, type Step } from './login.ts';
import { type ProcessorTime, processorTime, timeEach } from './processor-time.ts';
import { forEach, forSeconds } from './work.ts';

/** Sends logins as fast as they are answered, from a process of its own. */
export interface LoginLoad {
  /** The nodes; each request goes to the next one. */
  origins: string[];
  /** Their processes, where the cost of each step is asked for. */
  pids: number[];
  site: Site;
  accessTokens: string[];
  /** `requests` sends a login's first request five times, for a server that answers without doing anything. */
  what: 'logins' | 'creates' | 'requests';
  connections: number;
  seconds: number;
  warmUpSeconds: number;
  /** How often each step is also measured alone; 0 for not at all. */
  eachStep: number;
}

export interface LoginRates {
  perSecond: number;
  /** The share of its own core, 0 to 1, that the load generator needed while it was timed. */
  loadBusy: number;
  steps: Record<Step, StepCost> | null;
}

export interface StepCost {
  perSecond: number;
  /** Processor time of the nodes for one such step. */
  time: ProcessorTime | null;
}

const load = readInput<LoginLoad>();
const work: Record<LoginLoad['what'], (calls: LoginCalls) => Promise<void>> = {
  logins: completeLogin,
  creates: async ({ create }) => void (await create()),
  async requests({ create }) {
    for (let request = 0; request < 5; request++) await create();
  },
};

const opened: Connection[] = [];
const workers: LoginCalls[] = [];
for (let index = 0; index < load.connections; index++) {
  const own = await Promise.all(load.origins.map((origin) => Connection.open(origin)));
  let turn = index;
  const next = () => own[turn++ % own.length] as Connection;
  opened.push(...own);
  workers.push(createLoginCalls(next, load.site, load.accessTokens[index % load.accessTokens.length] ?? ''));
}

await forSeconds(load.warmUpSeconds, workers, work[load.what]);
const [began, before] = [performance.now(), process.cpuUsage()];
const perSecond = await forSeconds(load.seconds, workers, work[load.what]);
const { user, system } = process.cpuUsage(before);
const loadBusy = (user + system) / 1000 / (performance.now() - began);
const rates: LoginRates = { perSecond, loadBusy, steps: load.eachStep > 0 ? await measureSteps() : null };
for (const connection of opened) connection.close();
console.log(JSON.stringify(rates));

async function measureSteps(): Promise<Record<Step, StepCost>> {
  async function measure<Item, Result>(items: Item[], work: (calls: LoginCalls, item: Item) => Promise<Result>) {
    const before = processorTime(load.pids);
    const { results, perSecond } = await forEach(items, workers, work);
    return { results, cost: { perSecond, time: timeEach(before, processorTime(load.pids), items.length) } };
  }
  const count = Array.from({ length: load.eachStep }, () => null);
  const create = await measure(count, (calls) => calls.create());
  const codes = create.results;
  const scan = await measure(codes, (calls, code) => calls.scan(code));
  const confirm = await measure(codes, (calls, code) => calls.confirm(code));
  const poll = await measure(codes, (calls, code) => calls.poll(code));
  const exchange = await measure(poll.results, (calls, ticket) => calls.exchange(ticket));
  return {
    create: create.cost,
    scan: scan.cost,
    confirm: confirm.cost,
    poll: poll.cost,
    exchange: exchange.cost,
  };
}
