import type { UserImportDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { asking, usePool } from '../../../api/pool.ts';
import { useFormats } from '../../../language/format.ts';
import { useWords } from '../../../language/language.tsx';
import { Page, Section } from '../../../parts/page.tsx';
import { Table } from '../../../parts/table.tsx';
import { Tag } from '../../../parts/tag.tsx';
import { When } from '../../../parts/when.tsx';
import { ChooseFile, type ChosenFile } from './choose-file.tsx';
import './import.css';
import { ImportForm } from './import-form.tsx';
import { importWords, stateNames } from './words.ts';

export function ImportsPage() {
  const words = useWords(importWords);
  const formats = useFormats();
  const pool = usePool();
  const [file, setFile] = useState<ChosenFile | null>(null);
  const earlier = useQuery(asking<UserImportDto[]>(pool, 'list-user-imports'));
  return (
    <Page
      title={words.title}
      lead={words.lead}
      above={
        <Link to="/$pool/users" params={{ pool }} className="small">
          {words.toUsers}
        </Link>
      }
    >
      {file === null ? <ChooseFile onChosen={setFile} /> : <ImportForm file={file} onOther={() => setFile(null)} />}
      {(earlier.data?.length ?? 0) > 0 && (
        <Section isQuiet title={words.earlier}>
          <Table
            caption={words.earlier}
            rows={earlier.data ?? []}
            idOf={({ importId }) => importId}
            columns={[
              {
                name: 'when',
                title: words.when,
                phone: 'head',
                cell: ({ importId, createdAt, dryRun }) => (
                  <span className="row">
                    <Link to="/$pool/users/import/$import" params={{ pool, import: importId }}>
                      <When at={createdAt} isShort />
                    </Link>
                    {dryRun && <Tag>{words.dry}</Tag>}
                  </span>
                ),
              },
              { name: 'state', title: words.stateOf, cell: ({ state }) => words[stateNames[state]] },
              ...(['created', 'changed', 'refused'] as const).map((name) => ({
                name,
                title: words[name],
                isNumber: true,
                cell: (one: UserImportDto) => formats.number(one[name]),
              })),
            ]}
          />
        </Section>
      )}
    </Page>
  );
}
