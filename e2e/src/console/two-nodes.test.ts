import { isPostgresMissing } from '@passbeam/workshop/postgres';
import { isRedisMissing } from '@passbeam/workshop/redis';
import { describe } from 'vitest';
import { journeysOnConsole } from './journeys.ts';
import { startTwoNodes } from './stage.ts';

const isMissing = [isPostgresMissing(), isRedisMissing()].includes(true);
describe.skipIf(isMissing)('on PostgreSQL and Redis', () => journeysOnConsole('two nodes', startTwoNodes));
