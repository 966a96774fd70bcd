import { lookedAtPerCall } from '../../audit/budgets.ts';
import { type AuditEvent, type AuditType, auditTypes } from '../../audit/event.ts';
import { type Outcome, outcomeOf, typesNamed } from '../../audit/outcomes.ts';
import type { AuditStore, EventReading, EventSelection } from '../../audit/store.ts';
import { createCursors, isNumber } from '../../ground/cursors.ts';
import { DomainError } from '../../ground/errors.ts';
import type { Secrets } from '../../ground/ports.ts';
import type { InScanTurn } from '../../ground/scan-turns.ts';
import { displayName } from '../../users/display.ts';
import type { UserStore } from '../../users/store.ts';
import type { Administrator } from '../administrator.ts';

/** What an operator asks of the log. */
export interface EventFilter extends Omit<EventSelection, 'userPoolId' | 'types' | 'codeHash'> {
  types?: readonly string[];
  /** The hash of a QR code, or its beginning. */
  code?: string;
  outcome?: Outcome;
  order?: EventReading['order'];
}

interface Wanted {
  limit: number;
  cursor?: string | undefined;
}

const ofAdministrators = auditTypes.filter((type) => type.startsWith('administrator.'));

export interface NamedEvent extends AuditEvent {
  /** The name of the person it is about, while there is one. */
  userName: string | null;
}

export interface EventLogParts {
  audit: Pick<AuditStore, 'read' | 'findCode'>;
  users: Pick<UserStore, 'findMany'>;
  secrets: Pick<Secrets, 'hash'>;
  inScanTurn: InScanTurn;
}

/** Everything that was recorded about the caller's pool, scans included. */
export function createEventLog(parts: EventLogParts) {
  const { audit, users, inScanTurn } = parts;
  const cursors = createCursors(parts.secrets);

  /** Null: no event can fit. @throws DomainError invalid_argument for a type that is not known */
  async function selectionOf(userPoolId: string, filter: EventFilter): Promise<EventSelection | null> {
    const { types, code, outcome, order: _, ...others } = filter;
    const codeHash = code === undefined ? undefined : await audit.findCode(userPoolId, code);
    if (codeHash === null) return null;
    const isAll = types === undefined && outcome === undefined;
    return { ...others, userPoolId, codeHash, types: isAll ? null : typesOf(types, outcome, auditTypes) };
  }

  async function named(userPoolId: string, events: readonly AuditEvent[]): Promise<NamedEvent[]> {
    const ids = [...new Set(events.flatMap(({ userId }) => userId ?? []))];
    const found = await users.findMany(userPoolId, 'id', ids);
    const names = new Map(found.map((user) => [user.id, displayName(user)]));
    return events.map((event) => ({ ...event, userName: names.get(event.userId ?? '') ?? null }));
  }

  async function read(
    selection: EventSelection,
    { order = 'newest' }: EventFilter,
    { after, limit }: { after: number | null; limit: number },
  ) {
    return inScanTurn(selection.userPoolId ?? '', () =>
      audit.read(selection, { order, after, limit, budget: lookedAtPerCall.events }),
    );
  }

  /** @throws DomainError invalid_argument, too_many_requests */
  async function list({ userPoolId }: Pick<Administrator, 'userPoolId'>, filter: EventFilter, wanted: Wanted) {
    const after = cursors.read(filter, wanted.cursor, isNumber);
    const selection = await selectionOf(userPoolId, filter);
    if (selection === null) return { events: [], nextCursor: null, searchedTo: null };
    const { events, next, searchedTo } = await read(selection, filter, { after, limit: wanted.limit });
    return { events: await named(userPoolId, events), nextCursor: cursors.write(filter, next), searchedTo };
  }

  /**
   * What was recorded about administrators, which belongs to no pool. Whoever calls judges who may ask.
   * @throws DomainError invalid_argument, too_many_requests
   */
  async function listOfAdministrators(filter: Omit<EventFilter, 'code' | 'userId' | 'applicationId'>, wanted: Wanted) {
    const after = cursors.read(filter, wanted.cursor, isNumber);
    const { types, outcome, order: _, ...others } = filter;
    const selection = { ...others, userPoolId: null, types: typesOf(types, outcome, ofAdministrators) };
    const { events, next, searchedTo } = await read(selection, filter, { after, limit: wanted.limit });
    return {
      events: events.map((event): NamedEvent => ({ ...event, userName: null })),
      nextCursor: cursors.write(filter, next),
      searchedTo,
    };
  }

  return { list, listOfAdministrators, selectionOf, named };
}

export type EventLog = ReturnType<typeof createEventLog>;

/** Those of `all` that are asked for. @throws DomainError invalid_argument for a name that means none of them */
function typesOf(
  names: readonly string[] | undefined,
  outcome: Outcome | undefined,
  all: readonly AuditType[],
): readonly AuditType[] {
  const wanted =
    names?.flatMap((name, index) => {
      const types = typesNamed(name)?.filter((type) => all.includes(type)) ?? [];
      if (types.length === 0) {
        throw new DomainError('invalid_argument', { field: `types.${index}`, reason: ['noSuchEvent', name] });
      }
      return types;
    }) ?? all;
  return [...new Set(wanted)].filter((type) => outcome === undefined || outcomeOf(type) === outcome);
}
