import { DomainError } from './errors.ts';
import type { Secrets } from './ports.ts';

/** Writes and reads the texts with which callers go on. Each fits the request that it was made for alone, and holds no secret. */
export function createCursors({ hash }: Pick<Secrets, 'hash'>) {
  const fingerprint = (request: object) => hash(JSON.stringify(request)).slice(0, 16);

  return {
    write<Place>(request: object, place: Place | null): string | null {
      if (place === null) return null;
      return btoa(encodeURIComponent(JSON.stringify([fingerprint(request), place])));
    },

    /** Null where the caller sent none. @throws DomainError invalid_argument */
    read<Place>(
      request: object,
      cursor: string | undefined,
      isPlace: (given: unknown) => given is Place,
    ): Place | null {
      if (cursor === undefined) return null;
      const [made, place] = parsed(cursor);
      if (made !== fingerprint(request) || !isPlace(place)) {
        throw new DomainError('invalid_argument', { field: 'cursor', reason: 'foreignCursor' });
      }
      return place;
    },
  };
}

function parsed(cursor: string): unknown[] {
  try {
    const found: unknown = JSON.parse(decodeURIComponent(atob(cursor)));
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

export const isNumber = (given: unknown): given is number => Number.isSafeInteger(given);

export interface ByTime {
  createdAt: number;
  id: string;
}

export function isByTime(given: unknown): given is ByTime {
  if (typeof given !== 'object' || given === null) return false;
  const { createdAt, id } = given as Partial<ByTime>;
  return Number.isSafeInteger(createdAt) && typeof id === 'string' && id.length <= 256;
}
