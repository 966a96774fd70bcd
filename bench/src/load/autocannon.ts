import { cores } from '../machine.ts';
import { runNode } from '../process.ts';
import { type Answers, connections, type Load } from './load.ts';

export async function byAutocannon(load: Load, seconds: number): Promise<Answers> {
  const script = new URL('autocannon-process.ts', import.meta.url).pathname;
  return runNode(cores.load, script, { load, seconds, connections });
}
