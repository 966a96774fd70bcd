import { Button } from '@mantine/core';
import type { UserImportDto, UserImportReportDto } from '@passbeam/protocol';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call, callForStream } from '../../../api/call.ts';
import { usePool } from '../../../api/pool.ts';
import { useFormats } from '../../../language/format.ts';
import { useWords } from '../../../language/language.tsx';
import { Icon } from '../../../parts/icons.tsx';
import { Section } from '../../../parts/page.tsx';
import { Loaded } from '../../../parts/states.tsx';
import { Table } from '../../../parts/table.tsx';
import { complain } from '../../../parts/toast.tsx';
import { importWords } from './words.ts';
import '../../../parts/pager.css';

/** So many refusals the server keeps. */
const maxKept = 10_000;

/** The rows that were refused, a hundred at a time, and all of them as a file. */
export function Report({ job }: { job: UserImportDto }) {
  const words = useWords(importWords);
  const formats = useFormats();
  const pool = usePool();
  const { importId, refused, endedAt, done } = job;
  const query = useInfiniteQuery({
    // Read again while the import runs, whenever something more was refused.
    queryKey: [pool, 'get-user-import-report', importId, endedAt === null ? Math.min(refused, 100) : 'ended'],
    queryFn: ({ pageParam, signal }) =>
      call<UserImportReportDto>('/api/v3/get-user-import-report', {
        pool,
        body: { importId, limit: 100, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    enabled: refused > 0,
    placeholderData: (before) => before,
  });
  if (refused === 0) return endedAt !== null && done > 0 ? <p className="soft">{words.noneRefused}</p> : null;
  return (
    <Section
      title={words.reported}
      lead={refused > maxKept ? `${words.reportedText} ${words.onlyFirst}` : words.reportedText}
      actions={<Download importId={importId} />}
    >
      <Loaded query={query} rows={4}>
        {({ pages }) => (
          <div className="stack">
            <Table
              caption={words.reported}
              rows={pages.flatMap(({ list }) => list)}
              idOf={({ row }) => String(row)}
              columns={[
                { name: 'line', title: words.line, cell: ({ line }) => formats.number(line) },
                { name: 'field', title: words.field, cell: ({ field }) => field && <code>{field}</code> },
                { name: 'reason', title: words.reason, phone: 'head', cell: ({ reason }) => reason },
              ]}
            />
            {query.hasNextPage && (
              <div className="pager">
                <Button
                  variant="default"
                  size="xs"
                  loading={query.isFetchingNextPage}
                  onClick={() => query.fetchNextPage()}
                >
                  {words.more}
                </Button>
              </div>
            )}
          </div>
        )}
      </Loaded>
    </Section>
  );
}

function Download({ importId }: { importId: string }) {
  const words = useWords(importWords);
  const pool = usePool();
  const [isBusy, setBusy] = useState(false);
  async function download() {
    setBusy(true);
    try {
      const reply = await callForStream('/api/v3/export-user-import-report', { pool, body: { importId } });
      const address = URL.createObjectURL(await reply.blob());
      const link = document.createElement('a');
      link.href = address;
      link.download = 'import-report.csv';
      link.click();
      URL.revokeObjectURL(address);
    } catch (error) {
      complain(error);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Button
      variant="default"
      size="xs"
      loading={isBusy}
      leftSection={<Icon name="download" size={16} />}
      onClick={download}
    >
      {words.download}
    </Button>
  );
}
