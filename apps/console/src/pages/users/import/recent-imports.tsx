import type { UserImportDto } from '@passbeam/protocol';
import { Link } from '@tanstack/react-router';
import { usePool } from '../../../api/pool.ts';
import { useFormats } from '../../../language/format.ts';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Table } from '../../../parts/table.tsx';
import { Tag, type Tone } from '../../../parts/tag.tsx';
import { When } from '../../../parts/when.tsx';
import { importWords } from './words.ts';

const tones: Record<UserImportDto['state'], Tone> = {
  uploading: 'accent',
  running: 'accent',
  paused: 'warn',
  finished: 'good',
  stopped: 'plain',
  failed: 'bad',
};

export function ImportState({ state }: Pick<UserImportDto, 'state'>) {
  const words = useWords(importWords);
  return <Tag tone={tones[state]}>{words[state]}</Tag>;
}

export function RecentImports({ imports }: { imports: readonly UserImportDto[] }) {
  const words = useWords(importWords);
  const formats = useFormats();
  const pool = usePool();
  return (
    <Section title={words.recent} isQuiet>
      <Table
        caption={words.recent}
        rows={imports}
        idOf={({ importId }) => importId}
        columns={[
          {
            name: 'began',
            title: words.began,
            phone: 'head',
            cell: ({ importId, createdAt }) => (
              <Link to="/$pool/users/import/$import" params={{ pool, import: importId }}>
                {formats.short(createdAt)}
              </Link>
            ),
          },
          { name: 'kind', title: words.kind, cell: ({ dryRun }) => (dryRun ? words.dryRun : words.realRun) },
          { name: 'by', title: words.by, cell: ({ createdBy }) => createdBy },
          { name: 'state', title: words.state, phone: 'corner', cell: ({ state }) => <ImportState state={state} /> },
          {
            name: 'result',
            title: words.result,
            cell: ({ created, changed, refused }) =>
              words.counts(formats.number(created), formats.number(changed), formats.number(refused)),
          },
          { name: 'ended', title: words.ended, phone: 'gone', cell: ({ endedAt }) => <When at={endedAt} isShort /> },
        ]}
      />
    </Section>
  );
}
