import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { deviceAuthorization } from 'better-auth/plugins';
import { reportServing } from './peer.ts';

/** better-auth's device authorization in memory, without its rate limit and interval, so that it never answers slow_down. */
const auth = betterAuth({
  baseURL: 'http://127.0.0.1',
  secret: 'a-secret-of-more-than-32-characters-for-the-benchmark',
  database: memoryAdapter({ user: [], session: [], account: [], verification: [], deviceCode: [] }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [deviceAuthorization({ expiresIn: '1h', interval: '0s', verificationUri: '/device' })],
});

const server = createServer(toNodeHandler(auth));
server.listen(0, '127.0.0.1', () => reportServing(server));
