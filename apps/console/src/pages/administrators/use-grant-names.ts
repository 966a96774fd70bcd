import type { GrantDto } from '@passbeam/protocol';
import { useMe } from '../../api/me.ts';
import { useWords } from '../../language/language.tsx';
import { administratorWords } from './words.ts';

/** Roles in words, each with where it holds. */
export function useGrantNames(): (grants: GrantDto[]) => string[] {
  const words = useWords(administratorWords);
  const pools = useMe()?.pools ?? [];
  return (grants) =>
    grants.map(({ userPoolId, role }) => {
      const place =
        userPoolId === '*'
          ? words.allPools
          : (pools.find((pool) => pool.userPoolId === userPoolId)?.name ?? userPoolId);
      return `${words[role]} (${place})`;
    });
}
