import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { reportServing } from './peer.ts';

/**
 * The yardstick: node:http with the reply {headers, body} of REPLY; with TOGETHER at the end of a tick, as the product answers polls. With
 * SIGNED it makes two RS256 signatures before every fifth reply, which is all that a login must cost.
 */
const reply = JSON.parse(process.env.REPLY ?? '{}') as { headers: Record<string, string>; body: string };
const body = Buffer.from(reply.body);

let waiting: ServerResponse[] = [];

function answer(response: ServerResponse): void {
  response.writeHead(200, { ...reply.headers, 'content-length': body.length });
  response.end(body);
}

function answerAll(): void {
  const all = waiting;
  waiting = [];
  for (const response of all) answer(response);
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const input = Buffer.alloc(500, 'a');
const signOnce = promisify(sign);
let requests = 0;

async function answerSigned(response: ServerResponse): Promise<void> {
  if (++requests % 5 === 0) for (let token = 0; token < 2; token++) await signOnce('sha256', input, privateKey);
  answer(response);
}

const server = createServer((request, response) => {
  request.resume();
  if (process.env.SIGNED !== undefined) void answerSigned(response);
  else if (process.env.TOGETHER === undefined) answer(response);
  else if (waiting.push(response) === 1) setImmediate(answerAll);
});
server.listen(0, '127.0.0.1', () => reportServing(server));
