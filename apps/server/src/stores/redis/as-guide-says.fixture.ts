import { readFileSync } from 'node:fs';
import type { RedisServer } from '@passbeam/workshop/redis';

const guide = new URL('../../../../../docs/guide/operate.md', import.meta.url);

/** The address of a user that has the rights which docs/guide/operate.md asks for, and no others. */
export async function asGuideSays(redis: RedisServer, { isCluster = false } = {}): Promise<string> {
  const [, rights = ''] = /^ +`(~passbeam:\* [^`]+)`/m.exec(readFileSync(guide, 'utf8')) ?? [];
  const more = isCluster ? ['+cluster'] : [];
  await redis.command('ACL', 'SETUSER', 'passbeam', 'reset', 'on', '>of-the-guide', ...rights.split(' '), ...more);
  return redis.url.replace('redis://', 'redis://passbeam:of-the-guide@');
}
