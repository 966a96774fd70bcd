import { readFileSync } from 'node:fs';
import { ManagementClient, PassbeamError } from '@passbeam/sdk';
import { ConfigError } from '../config/config-mistakes.ts';
import { readGiven, readSecretFile, secretOfCommands, variablesOfCommands } from '../config/given.ts';
import { type Call, WrongCall } from './call.ts';
import { CommandFailed, type Surroundings } from './outcome.ts';

/** What commands that call a server have in common: which server, as whom, and whom they are about. */

const expected = {
  PASSBEAM_URL: 'the address of the server, for example https://login.example.com',
  ACCESS_KEY_ID: 'the id of an access key, or of the user pool',
  ACCESS_KEY_SECRET: 'its secret',
};

/** @throws ConfigError naming what is missing */
export function clientOf(call: Call, { env }: Pick<Surroundings, 'env'>): ManagementClient {
  const { texts, mistakes } = readGiven(env, {
    all: variablesOfCommands,
    secret: [secretOfCommands],
    expected: (name) => expected[name],
  });
  const port = env.PORT ?? env.PASSBEAM_PORT ?? '3000';
  const host = call.text('url') ?? texts.PASSBEAM_URL ?? env.PUBLIC_URL ?? `http://localhost:${port}`;
  const accessKeyId = call.text('access-key') ?? texts.ACCESS_KEY_ID;
  const accessKeySecret = secretOf(call) ?? texts.ACCESS_KEY_SECRET;
  const missing = [
    ...(accessKeyId === undefined
      ? [`ACCESS_KEY_ID is not set. Write ${expected.ACCESS_KEY_ID}, or --access-key.`]
      : []),
    ...(accessKeySecret === undefined
      ? ['ACCESS_KEY_SECRET is not set. Write its secret, or --secret-file with a file that holds it.']
      : []),
  ];
  if (mistakes.length > 0 || accessKeyId === undefined || accessKeySecret === undefined) {
    throw new ConfigError('the environment', mistakes.length > 0 ? mistakes : missing);
  }
  return new ManagementClient({ host, accessKeyId, accessKeySecret, timeoutMs: 30_000 });
}

function secretOf(call: Call): string | undefined {
  const path = call.text('secret-file');
  if (path === undefined) return undefined;
  if (path === '-') return readFileSync(0, 'utf8').trim();
  const read = readSecretFile(path);
  if ('problem' in read) throw new WrongCall(`--secret-file ${read.problem}.`, call.name);
  return read.text;
}

/** The one person whom this text names whole. @throws CommandFailed when it names nobody, or several */
export async function personOf(client: ManagementClient, text: string, signal: AbortSignal) {
  const { list } = await client.searchUsers({ text, limit: 20 }, { signal });
  const folded = text.toLowerCase();
  const named = list.filter(({ userId, username, email, phone, phoneCountryCode, externalId }) => {
    const whole = phone === null ? null : `${phoneCountryCode ?? ''}${phone}`;
    return [userId, username, email, phone, whole, externalId].some((each) => each?.toLowerCase() === folded);
  });
  const [person] = named;
  if (named.length === 1 && person !== undefined) return person;
  if (named.length > 1) {
    throw new CommandFailed(
      `${named.length} people are called so. Write the id: ${named.map(({ userId }) => userId).join(', ')}.`,
    );
  }
  throw new CommandFailed(`nobody is called so, whole. passbeam user find shows who begins with it.`);
}

/** A moment, as a time or as how long ago. @throws WrongCall */
export function momentOf(call: Call, option: string, now: number): number | undefined {
  const text = call.text(option);
  if (text === undefined) return undefined;
  const ago = /^\d+[smhd]$/.test(text) ? now - secondsOf(text) * 1000 : Date.parse(text);
  if (Number.isNaN(ago))
    throw new WrongCall(`--${option} is neither a time such as 2026-01-31 nor 30m, 24h or 7d.`, call.name);
  return ago;
}

const secondsPer = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Of `90s`, `24h` or `7d`; NaN for anything else. */
export function secondsOf(text: string): number {
  const [, number, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  return unit === undefined ? Number.NaN : Number(number) * secondsPer[unit as keyof typeof secondsPer];
}

/** @throws WrongCall */
export function numberOf(call: Call, option: string, { max, byDefault }: { max: number; byDefault: number }): number {
  const text = call.text(option) ?? String(byDefault);
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= max) return number;
  throw new WrongCall(`--${option} must be a whole number from 1 to ${max}.`, call.name);
}

/** One of a few texts, or undefined. @throws WrongCall */
export function oneOf<const T extends string>(call: Call, option: string, texts: readonly T[]): T | undefined {
  const text = call.text(option);
  if (text === undefined) return undefined;
  const found = texts.find((each) => each === text);
  if (found === undefined)
    throw new WrongCall(`--${option} must be ${texts.join(', ').replace(/, (\w+)$/, ' or $1')}.`, call.name);
  return found;
}

/** For what is asked once something was made: a refusal is a result, so that what was made is told all the same. */
export async function orRefusal<T>(work: () => Promise<T>): Promise<T | PassbeamError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PassbeamError) return error;
    throw error;
  }
}

/** Asks again, twice, where the reply was lost: `work` must do the same thing however often it runs. */
export async function insisting<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const isLost = ['network_error', 'timeout'].includes((error as PassbeamError).code);
      if (!isLost || attempt === 3) throw error;
    }
  }
}
