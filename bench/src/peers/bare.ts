import { createServer } from 'node:http';
import { reportServing } from './peer.ts';

/**
 * The yardstick: node:http alone, answering every request with the bytes that the product answered once. REPLY holds
 * them: {headers, body}.
 */
const reply = JSON.parse(process.env.REPLY ?? '{}') as { headers: Record<string, string>; body: string };
const body = Buffer.from(reply.body);

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { ...reply.headers, 'content-length': body.length });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => reportServing(server));
