import { Button } from '@mantine/core';
import type { ConsoleScanView } from '@passbeam/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { own } from '../../api/call.ts';
import { useWords } from '../../language/language.tsx';
import { Failed, Waiting } from '../../parts/states.tsx';
import { signInWords } from './words.ts';
import '../../parts/drawn-code.css';

/** A code for the app of the linked person, followed each second. */
export function ScanStep({
  onDone,
  make = 'scan',
  follow = 'scan-status',
  body = {},
}: {
  onDone: () => void;
  make?: string;
  follow?: string;
  body?: object;
}) {
  const words = useWords(signInWords);
  const queries = useQueryClient();
  const made = useQuery({
    queryKey: ['scan', make],
    queryFn: () => own<ConsoleScanView>(make, body),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const followed = useQuery({
    queryKey: ['scan', follow],
    queryFn: ({ signal }) => own<ConsoleScanView>(follow, {}, signal),
    enabled: made.data !== undefined,
    refetchInterval: 1000,
    gcTime: 0,
  });
  const view = followed.data ?? made.data;
  const isDone = view?.code.status === 'AUTHORIZED';
  useEffect(() => {
    if (isDone) onDone();
  }, [isDone, onDone]);
  if (made.error !== null) return <Failed error={made.error} retry={() => made.refetch()} />;
  if (view === undefined) return <Waiting rows={3} />;
  const { status, briefUserInfo } = view.code;
  const isOver = status === 'EXPIRED' || status === 'CANCELLED';
  const url = made.data?.code.url;
  return (
    <div className="stack" aria-live="polite">
      <p className="soft">
        {isOver
          ? words.scanOver
          : status === 'SCANNED'
            ? words.scanned(briefUserInfo?.displayName ?? '')
            : words.scanText}
      </p>
      {isOver ? (
        <Button
          variant="default"
          onClick={() => {
            queries.removeQueries({ queryKey: ['scan', follow] });
            made.refetch();
          }}
        >
          {words.scanAgain}
        </Button>
      ) : (
        url && <img className="drawn-code" src={url} alt={words.codeName} />
      )}
    </div>
  );
}
