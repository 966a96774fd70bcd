import { fileURLToPath } from 'node:url';
import { cores } from '../machine.ts';
import { runNode } from '../process.ts';
import { type Answers, type Load, usualConnections } from './load.ts';

export async function byAutocannon(load: Load, seconds: number): Promise<Answers> {
  const script = fileURLToPath(new URL('autocannon-process.ts', import.meta.url));
  return runNode(cores.load, script, { load, seconds, connections: load.connections ?? usualConnections });
}
