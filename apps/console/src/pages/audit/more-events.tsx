import { Button } from '@mantine/core';
import { useFormats } from '../../language/format.ts';
import { useWords } from '../../language/language.tsx';
import type { useEvents } from './use-events.ts';
import { auditWords } from './words.ts';
import '../../parts/pager.css';

/** How far a search got, and the way on. */
export function MoreEvents({ found }: { found: ReturnType<typeof useEvents> }) {
  const words = useWords(auditWords);
  const formats = useFormats();
  if (!found.hasMore) return null;
  return (
    <div className="pager">
      <span role="status">{found.searchedTo !== null && words.searching(formats.short(found.searchedTo))}</span>
      {found.isSearching ? (
        <Button variant="default" size="xs" onClick={found.stop}>
          {words.stop}
        </Button>
      ) : (
        <Button variant="default" size="xs" loading={found.query.isFetchingNextPage} onClick={found.more}>
          {found.searchedTo !== null ? words.goOn : words.more}
        </Button>
      )}
    </div>
  );
}
