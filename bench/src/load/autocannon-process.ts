import { readInput } from '../input.ts';
import { type Answers, type Load, userAgent } from './load.ts';

/** Runs autocannon in a process of its own, so that it can have a core of its own. */
interface Report {
  requests: { average: number; total: number };
  latency: { p99: number };
  non2xx: number;
  errors: number;
}
type Autocannon = (options: Record<string, unknown>) => Promise<Report>;

const { load, seconds, connections } = readInput<{
  load: Load;
  seconds: number;
  connections: number;
}>();
const { default: autocannon } = (await import(import.meta.resolve('autocannon'))) as { default: Autocannon };
const { requests, latency, non2xx, errors } = await autocannon({
  url: load.origin,
  connections,
  duration: seconds,
  headers: { 'user-agent': userAgent },
  requests: shuffled(load.paths).map((path) => ({
    path,
    ...(load.post && { method: 'POST', headers: { 'content-type': load.post.type }, body: load.post.body }),
  })),
});
if (errors > 0) throw new Error(`the load met ${errors} failures`);
const answers: Answers = {
  perSecond: requests.average,
  p99Ms: latency.p99,
  refusedShare: non2xx / requests.total,
};
console.log(JSON.stringify(answers));

function shuffled<Item>(items: Item[]): Item[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
