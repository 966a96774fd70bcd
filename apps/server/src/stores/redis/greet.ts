import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import { codeKey } from './keys.ts';
import { createLibrary, loadLibrary, serverClock } from './library.ts';
import { withoutArguments } from './outage.ts';

/** How long a start waits: a cluster's client never stops asking when no node tells it the others' addresses. */
const patienceMs = 10_000;

/** Connects, and looks at who answers. @throws Error that says what the operator can do about it */
export async function greet(
  redis: Redis | Cluster,
  { isCluster, isEncrypted, log }: { isCluster: boolean; isEncrypted: boolean; log: Logger },
): Promise<void> {
  let firstFailure: Error | null = null;
  const note = (error: Error) => {
    firstFailure ??= withoutArguments(error);
  };
  redis.on('error', note);
  try {
    await inTime(redis.connect());
  } catch (error) {
    const reason = whatANodeSaid(firstFailure ?? withoutArguments(error));
    throw new Error(explain(reason, { isCluster, isEncrypted }), { cause: reason });
  } finally {
    redis.off('error', note);
  }
  const facts = await redis.info().catch(() => '');
  const fact = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(facts)?.[1] ?? null;
  if (!isCluster && fact('cluster_enabled') === '1') {
    throw new Error('it is a node of a cluster: write ?cluster=true behind the address');
  }
  if (!isCluster && fact('role') === 'slave') {
    throw new Error('it is a replica, which takes no writes: write the address of the primary');
  }
  await tryFunctions(redis, { isCluster, isEncrypted });
  warnOfEviction(fact('maxmemory_policy'), log);
}

/** Loads the functions, and tries the rights they need: a start is a better moment to miss one than the first scan. */
async function tryFunctions(redis: Redis | Cluster, how: { isCluster: boolean; isEncrypted: boolean }): Promise<void> {
  const library = createLibrary(serverClock);
  try {
    await loadLibrary(redis, library);
    await redis.fcall(library.nameOf('find'), 1, codeKey('none'));
  } catch (error) {
    const reason = withoutArguments(error);
    // A Redis that is full, still loading or partly lost stops no start: that passes, and /readyz tells of it.
    if (isLasting.test(String(reason))) throw new Error(explain(reason, how), { cause: reason });
  }
}

/** Refusals of functions that no waiting mends: a missing right, by the command itself or inside a function, and a server without functions. */
const isLasting = /NOPERM|can't run this command|unknown command/;

/** The error of the node asked last: the cluster client's own error says only that no node answered. */
function whatANodeSaid(error: unknown): unknown {
  const said = error instanceof Error && 'lastNodeError' in error ? error.lastNodeError : undefined;
  return said === undefined ? error : withoutArguments(said);
}

function inTime<T>(connected: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('timeout')), patienceMs);
  return Promise.race([connected, late]).finally(() => clearTimeout(timer));
}

/** Warns of a Redis that may evict keys: QR sessions would expire early, and limits would forget what they counted. */
function warnOfEviction(policy: string | null, log: Logger): void {
  if (policy === 'noeviction') return;
  log.warn(
    { policy },
    policy === null
      ? 'Redis does not tell its maxmemory-policy: see to it that it is noeviction'
      : 'Redis evicts keys when its memory is full: set its maxmemory-policy to noeviction',
  );
}

function explain(error: unknown, { isCluster, isEncrypted }: { isCluster: boolean; isEncrypted: boolean }): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/^(WRONGPASS|NOAUTH)/.test(message)) return `it refuses this user: check user name and password (${message})`;
  if (/unknown command/.test(message)) return `it has no functions: Redis 7, Valkey or later is needed (${message})`;
  if (/NOPERM|can't run this command/.test(message))
    return `this user may not do what is needed: see docs/guide/operate.md (${message})`;
  if (/DB index/.test(message)) {
    return `it has no database of that number: write another one at the end of the address, or none for 0 (${message})`;
  }
  if (/cluster support disabled/.test(message)) return `it is no cluster: write one host, without ?cluster=true`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the host name is not known: check it (${message})`;
  if (/CERT|SSL|TLS|ALTNAME|SELF_SIGNED/.test(code)) return `no encrypted connection could be made (${message})`;
  const questions = [
    'check host and port, and that it runs',
    ...(isEncrypted ? ['that it speaks TLS, which rediss:// asks for'] : []),
    ...(isCluster ? ['that it is a cluster whose nodes announce addresses that this machine can reach'] : []),
  ];
  return `it does not answer: ${questions.join('; ')} (${message || code})`;
}
