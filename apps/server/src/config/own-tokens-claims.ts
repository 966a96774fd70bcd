import { type Static, Type } from 'typebox';
import type { ClaimPath } from '../core/directory/own-token-entries.ts';

/**
 * How the file names claims. A text is the name letter by letter, for names may be addresses with dots and slashes; deeper ones
 * are a mapping `{ path: [outer, inner] }`. In a list the first that is there counts.
 */
type ClaimAt = string | { path: string[] };

const maxCandidates = 8;
const maxDepth = 8;

export const ClaimName = Type.String({
  minLength: 1,
  maxLength: 256,
  expected: 'the name of a claim, of 1 to 256 characters',
});

export const Claims = Type.Refine(
  Type.Unsafe<ClaimAt | ClaimAt[] | 'none'>({
    expected: 'the name of a claim, a list of names, { path: [outer, inner] }, or none',
  }),
  (value) => {
    const candidates = [value].flat();
    return candidates.length > 0 && candidates.length <= maxCandidates && candidates.every(isClaimAt);
  },
);

export type Claims = Static<typeof Claims>;

/** `otherwise` where the file says nothing. */
export function pathsOf(given: Claims | undefined, otherwise: Claims): ClaimPath[] {
  const claims = given ?? otherwise;
  if (claims === 'none') return [];
  return [claims].flat().map((claim) => (typeof claim === 'string' ? [claim] : claim.path));
}

function isClaimAt(value: unknown): value is ClaimAt {
  if (isName(value)) return true;
  const { path, ...others } = (value ?? {}) as { path?: unknown };
  const isPath = Array.isArray(path) && path.length > 0 && path.length <= maxDepth && path.every(isName);
  return typeof value === 'object' && isPath && Object.keys(others).length === 0;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 256;
}
