import { createServer, type ServerResponse } from 'node:http';
import { reportServing } from './peer.ts';

/** The yardstick: node:http with the reply {headers, body} of REPLY; with TOGETHER at the end of a tick, as the product answers polls. */
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

const server = createServer((request, response) => {
  request.resume();
  if (process.env.TOGETHER === undefined) answer(response);
  else if (waiting.push(response) === 1) setImmediate(answerAll);
});
server.listen(0, '127.0.0.1', () => reportServing(server));
