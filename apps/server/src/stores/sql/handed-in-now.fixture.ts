import { type RawBuilder, sql } from 'kysely';
import type { Clock } from '../../core/ground/ports.ts';

/** A store's clock in the test's hand: `pg` asks for the value each time it sends a statement. */
export function handedInNow(clock: Clock): RawBuilder<number> {
  return sql<number>`cast(${{ toPostgres: () => clock.now() }} as bigint)`;
}
