import { Button } from '@mantine/core';
import { useWords } from '../../language/language.tsx';
import type { usePeople } from './use-people.ts';
import { userWords } from './words.ts';
import '../../parts/pager.css';

export function MorePeople({ found }: { found: ReturnType<typeof usePeople> }) {
  const words = useWords(userWords);
  if (!found.hasMore) return null;
  return (
    <div className="pager">
      <span role="status">{found.searched > 0 && words.searched(found.searched)}</span>
      {found.isSearching ? (
        <Button variant="default" size="xs" onClick={found.stop}>
          {words.stop}
        </Button>
      ) : (
        <Button variant="default" size="xs" loading={found.query.isFetchingNextPage} onClick={found.more}>
          {words.more}
        </Button>
      )}
    </div>
  );
}
