import { Button } from '@mantine/core';
import type { UserImportReportDto } from '@passbeam/protocol';
import { useInfiniteQuery } from '@tanstack/react-query';
import { call } from '../../../api/call.ts';
import { usePool } from '../../../api/pool.ts';
import { useWords } from '../../../language/language.tsx';
import { Icon } from '../../../parts/icons.tsx';
import { Section } from '../../../parts/page.tsx';
import { Table } from '../../../parts/table.tsx';
import { complain } from '../../../parts/toast.tsx';
import { importWords } from './words.ts';

type Refusal = UserImportReportDto['list'][number];

const neutral = (text: string) => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

/** Which rows were refused, and why; also as a file, without what the rows hold. */
export function ImportReport({ importId, refused, isOver }: { importId: string; refused: number; isOver: boolean }) {
  const words = useWords(importWords);
  const pool = usePool();
  const read = (cursor: string | null, limit: number) =>
    call<UserImportReportDto>('/api/v3/get-user-import-report', {
      pool,
      body: { importId, limit, ...(cursor !== null && { cursor }) },
    });
  const report = useInfiniteQuery({
    queryKey: [pool, 'get-user-import-report', importId, isOver, Math.min(refused, 100)],
    queryFn: ({ pageParam }) => read(pageParam, 100),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled: refused > 0,
  });
  const list = report.data?.pages.flatMap((page) => page.list) ?? [];
  async function download() {
    const all: Refusal[] = [];
    let cursor: string | null = null;
    try {
      do {
        const page: UserImportReportDto = await read(cursor, 1000);
        all.push(...page.list);
        cursor = page.nextCursor;
      } while (cursor !== null);
    } catch (error) {
      return complain(error);
    }
    const lines = [
      ['line', 'field', 'reason'].join(','),
      ...all.map(({ line, field, reason }) => [line, neutral(field ?? ''), neutral(reason)].join(',')),
    ];
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([lines.join('\r\n')], { type: 'text/csv' }));
    link.download = `import-${importId}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
  return (
    <Section
      isQuiet
      title={words.report}
      actions={
        refused > 0 && (
          <Button variant="default" size="xs" leftSection={<Icon name="download" size={14} />} onClick={download}>
            {words.download}
          </Button>
        )
      }
    >
      {list.length === 0 ? (
        <p className="soft">{words.reportNone}</p>
      ) : (
        <Table
          caption={words.report}
          rows={list}
          idOf={({ line, field }) => `${line} ${field}`}
          columns={[
            {
              name: 'line',
              title: words.line,
              phone: 'head',
              cell: ({ line }) => <strong className="figure">{line}</strong>,
            },
            { name: 'field', title: words.fieldOf, cell: ({ field }) => field && <code>{field}</code> },
            { name: 'reason', title: words.reason, cell: ({ reason }) => reason },
          ]}
        />
      )}
      {report.hasNextPage && (
        <div className="pager">
          <span />
          <Button
            variant="default"
            size="xs"
            loading={report.isFetchingNextPage}
            onClick={() => report.fetchNextPage()}
          >
            {words.more}
          </Button>
        </div>
      )}
    </Section>
  );
}
