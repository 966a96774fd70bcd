import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { compare } from 'bcryptjs';
import pLimit from 'p-limit';
import { DomainError } from '../core/ground/errors.ts';
import type { PasswordHasher } from '../core/ground/ports.ts';

/** The parameters of new hashes, at the floor (threats, limits): OWASP's minimum for argon2id. */
const today = { memoryKiB: 19_456, passes: 2, parallelism: 1, saltBytes: 16, hashBytes: 32 };
/** A stored hash may cost at most this much to check: a bad row must not exhaust memory. */
const maxMemoryKiB = 262_144;
/** And at most this much work, memory times passes: a few seconds. */
const maxWorkKiB = 1_048_576;
/** Hashes that need more memory than this are computed one at a time: they were made elsewhere, and cost more than ours. */
const heavyMemoryKiB = 65_536;
const maxPasses = 16;
const maxParallelism = 16;
/** A bcrypt hash of cost 14 takes about a second. `$2x$` marks hashes of a broken implementation: nobody verifies those. */
const bcryptShape = /^\$2[aby]\$(?:0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}$/;
/** bcrypt looks at so many bytes and at none that follow, and some implementations stop at a NUL. */
const bcryptBytes = 72;

type Argon2 = 'argon2id' | 'argon2i' | 'argon2d';
const derive: (algorithm: Argon2, parameters: Argon2Parameters) => Promise<Buffer> = promisify(argon2);

interface StoredHash {
  algorithm: Argon2;
  memoryKiB: number;
  passes: number;
  parallelism: number;
  salt: Buffer;
  hash: Buffer;
}

export interface PasswordHasherOptions {
  /** Hashes computed at once; each takes 19 MiB and one of libuv's four threads, which signing and files need too. */
  concurrency?: number;
  /** Callers that may wait; one more is refused with too_many_requests. */
  maxWaiting?: number;
}

export function createPasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  const usual = pLimit(options.concurrency ?? Math.min(3, availableParallelism()));
  const heavy = pLimit(1);
  const maxWaiting = options.maxWaiting ?? 128;

  async function inTurn<T>(work: () => Promise<T>, limit = usual): Promise<T> {
    // `pendingCount` includes callers that will start within this turn, so a refusal is due only when none could start.
    if (limit.activeCount + limit.pendingCount >= limit.concurrency + maxWaiting) {
      throw new DomainError('too_many_requests', { retryAfterSeconds: 1 });
    }
    return limit(work);
  }

  function compute(password: string, { algorithm, memoryKiB, passes, parallelism, salt, hash }: StoredHash) {
    // The same characters typed on different systems must be the same bytes (RFC 8265).
    const message = password.normalize('NFC');
    return inTurn(
      () => derive(algorithm, { message, nonce: salt, parallelism, tagLength: hash.length, memory: memoryKiB, passes }),
      memoryKiB > heavyMemoryKiB ? heavy : usual,
    );
  }

  const fresh = (): StoredHash => ({
    ...today,
    algorithm: 'argon2id',
    salt: randomBytes(today.saltBytes),
    hash: Buffer.alloc(today.hashBytes),
  });

  return {
    async hash(password) {
      const target = fresh();
      return format({ ...target, hash: await compute(password, target) });
    },
    async verify(password, stored) {
      if (bcryptShape.test(stored)) {
        // bcrypt saw part of such a password: it opens the account, but a better hash would demand its unchecked end.
        const isSeenWhole = Buffer.byteLength(password) <= bcryptBytes && !password.includes('\0');
        return { matches: await inTurn(() => compare(password, stored)), needsRehash: isSeenWhole };
      }
      const parsed = parse(stored);
      if (parsed === null) throw new Error('a stored password hash is not in a known form');
      const matches = timingSafeEqual(await compute(password, parsed), parsed.hash);
      return { matches, needsRehash: isBelowToday(parsed) };
    },
    isHash: (stored) => bcryptShape.test(stored) || parse(stored) !== null,
    async waste(password) {
      await compute(password, fresh());
    },
  };
}

function isBelowToday({ algorithm, memoryKiB, passes, parallelism, salt, hash }: StoredHash): boolean {
  return (
    algorithm !== 'argon2id' ||
    memoryKiB < today.memoryKiB ||
    passes < today.passes ||
    parallelism !== today.parallelism ||
    salt.length < today.saltBytes ||
    hash.length < today.hashBytes
  );
}

/** PHC string format: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`, base64 without padding. */
function format({ memoryKiB, passes, parallelism, salt, hash }: StoredHash): string {
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(hash)}`;
}

function parse(stored: string): StoredHash | null {
  const match =
    /^\$(argon2id|argon2i|argon2d)\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([\w+/]{11,86})\$([\w+/]{16,86})$/.exec(
      stored,
    );
  if (match === null) return null;
  const [, algorithm, memory, passes, parallelism, salt = '', hash = ''] = match;
  const parsed = {
    algorithm: algorithm as Argon2,
    memoryKiB: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
  const isBearable =
    parsed.memoryKiB >= 8 * parsed.parallelism &&
    parsed.memoryKiB <= maxMemoryKiB &&
    parsed.passes >= 1 &&
    parsed.passes <= maxPasses &&
    parsed.memoryKiB * parsed.passes <= maxWorkKiB &&
    parsed.parallelism >= 1 &&
    parsed.parallelism <= maxParallelism;
  return isBearable ? parsed : null;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
