import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { Failure } from '../api/failure.ts';
import { useWords } from '../language/language.tsx';
import { Icon } from '../parts/icons.tsx';
import { shellWords } from './words.ts';

/** One line for the whole page while reads fail because nobody answers; they are repeated without being asked. */
export function OfflineBanner() {
  const words = useWords(shellWords);
  const queries = useQueryClient();
  // Renders again whenever a read begins or ends.
  useIsFetching();
  const isOffline = queries
    .getQueryCache()
    .getAll()
    .some(
      ({ state }) =>
        state.fetchStatus !== 'idle' &&
        state.fetchFailureReason instanceof Failure &&
        (state.fetchFailureReason.refusal === 'offline' || state.fetchFailureReason.statusCode === 503),
    );
  if (!isOffline) return null;
  return (
    <div className="offline" role="status">
      <Icon name="warning" size={16} /> {words.offline}
    </div>
  );
}
