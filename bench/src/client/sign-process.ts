import { generateKeyPairSync, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { readInput } from '../input.ts';
import { forSeconds } from './work.ts';

/** Measures RS256 signatures per second and nothing else, with the sizes of key and input of an access token. */
const { seconds, warmUpSeconds } = readInput<{ seconds: number; warmUpSeconds: number }>();

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const input = Buffer.alloc(500, 'a');
const signOnce = promisify(sign);
const workers = Array.from({ length: 64 }, () => null);
const work = async () => void (await signOnce('sha256', input, privateKey));

await forSeconds(warmUpSeconds, workers, work);
console.log(JSON.stringify({ perSecond: await forSeconds(seconds, workers, work) }));
