import type { Clock } from '../core/ground/ports.ts';

export const systemClock: Clock = { now: () => Date.now() };
