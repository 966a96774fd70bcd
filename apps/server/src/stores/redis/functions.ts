import { createLibrary, type FunctionClock, type FunctionName, loadLibrary } from './library.ts';
import type { RedisConnection } from './open-redis.ts';

export type RunFunction = (name: FunctionName, keys: string[], args: (string | number)[]) => Promise<unknown>;

/** Runs functions by their names. A server that does not know them, being new or restarted, is sent the library. */
export function createFunctions(connection: RedisConnection, clock: FunctionClock): RunFunction {
  const library = createLibrary(clock);
  return async function run(name, keys, args) {
    const all = clock.argument === undefined ? [...keys, ...args] : [...keys, ...args, clock.argument()];
    const call = () => connection.ask((redis) => redis.fcall(library.nameOf(name), keys.length, ...all));
    try {
      return await call();
    } catch (error) {
      if (!isUnknownFunction(error)) throw error;
      await connection.ask((redis) => loadLibrary(redis, library));
      return call();
    }
  };
}

function isUnknownFunction(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Function not found');
}
