import { readInput } from '../input.ts';
import { Connection } from './connection.ts';
import { completeLogin, createLoginCalls, type LoginCalls, type Site, type Step } from './login.ts';
import { forEach, forSeconds } from './work.ts';

/** Sends logins as fast as they are answered, from a process of its own. */
export interface LoginLoad {
  /** The nodes; each request goes to the next one. */
  origins: string[];
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
  steps: Record<Step, number> | null;
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

async function measureSteps(): Promise<Record<Step, number>> {
  const count = Array.from({ length: load.eachStep }, () => null);
  const created = await forEach(count, workers, ({ create }) => create());
  const codes = created.results;
  const scanned = await forEach(codes, workers, ({ scan }, code) => scan(code));
  const confirmed = await forEach(codes, workers, ({ confirm }, code) => confirm(code));
  const polled = await forEach(codes, workers, ({ poll }, code) => poll(code));
  const exchanged = await forEach(polled.results, workers, ({ exchange }, ticket) => exchange(ticket));
  return {
    create: created.perSecond,
    scan: scanned.perSecond,
    confirm: confirmed.perSecond,
    poll: polled.perSecond,
    exchange: exchanged.perSecond,
  };
}
