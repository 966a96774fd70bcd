import { Button, NativeSelect, Switch } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../../api/me.ts';
import { useForget, usePool } from '../../../api/pool.ts';
import { useFormats } from '../../../language/format.ts';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Notice } from '../../../parts/states.tsx';
import { Table } from '../../../parts/table.tsx';
import { useStep } from '../../sign-in/use-step.ts';
import type { ChosenFile } from './choose-file.tsx';
import { fieldFor, fields } from './read-file.ts';
import { upload } from './upload.ts';
import { importWords } from './words.ts';

/** What each column becomes, what is done, and a trial first. */
export function ImportForm({ file, onOther }: { file: ChosenFile; onOther: () => void }) {
  const words = useWords(importWords);
  const formats = useFormats();
  const pool = usePool();
  const forget = useForget();
  const navigate = useNavigate();
  const isOwner = useMay('owner');
  const [columns, setColumns] = useState<Record<string, string>>(() =>
    Object.fromEntries(file.columns.map((column) => [column, fieldFor(column)])),
  );
  const [mode, setMode] = useState<'new' | 'newAndChanged'>('new');
  const [passwords, setPasswords] = useState<'none' | 'hashes' | 'plain'>('none');
  const [dryRun, setDryRun] = useState(true);
  const [share, setShare] = useState<number | null>(null);
  const step = useStep();
  const start = () =>
    step.run(async () => {
      const importId = await upload(
        pool,
        { format: file.format, columns, mode, passwords, dryRun },
        file.text,
        setShare,
      );
      await forget('list-user-imports');
      await navigate({ to: '/$pool/users/import/$import', params: { pool, import: importId } });
    });
  return (
    <Section
      title={words.preview(file.rows.length, file.name)}
      actions={
        <Button variant="default" size="xs" onClick={onOther}>
          {words.other}
        </Button>
      }
    >
      <div className="stack">
        <Table
          caption={words.preview(file.rows.length, file.name)}
          rows={file.columns}
          idOf={(column) => column}
          columns={[
            { name: 'column', title: words.column, phone: 'head', cell: (column) => <code>{column}</code> },
            {
              name: 'field',
              title: words.field,
              cell: (column) => (
                <NativeSelect
                  aria-label={`${column} ${words.field}`}
                  size="xs"
                  value={columns[column] ?? ''}
                  onChange={(event) => setColumns({ ...columns, [column]: event.currentTarget.value })}
                  data={[{ value: '', label: words.leaveOut }, ...Object.keys(fields)]}
                />
              ),
            },
            {
              name: 'example',
              title: words.example,
              cell: (column) => (
                <span className="soft">
                  {columns[column] === 'password'
                    ? '••••••'
                    : file.rows
                        .slice(0, 3)
                        .map((row) => row[column])
                        .filter(Boolean)
                        .join(' · ')}
                </span>
              ),
            },
          ]}
        />
        <NativeSelect
          label={words.mode}
          value={mode}
          onChange={(event) => setMode(event.currentTarget.value as 'new')}
          data={[
            { value: 'new', label: words.modeNew },
            { value: 'newAndChanged', label: words.modeBoth },
          ]}
        />
        <NativeSelect
          label={words.passwords}
          value={passwords}
          onChange={(event) => setPasswords(event.currentTarget.value as 'none')}
          data={(['none', 'hashes', ...(isOwner ? (['plain'] as const) : [])] as const).map((value) => ({
            value,
            label: words[value],
          }))}
        />
        {passwords === 'plain' && <Notice tone="warn">{words.plainWarns}</Notice>}
        <Switch label={words.dryRun} checked={dryRun} onChange={(event) => setDryRun(event.currentTarget.checked)} />
        {step.error && (
          <div role="alert">
            <Notice tone="bad">{step.error.message}</Notice>
          </div>
        )}
        <div className="row">
          <Button onClick={start} loading={step.isBusy}>
            {dryRun ? words.startDry : words.start}
          </Button>
          {step.isBusy && share !== null && <span role="status">{words.uploading(formats.percent(share))}</span>}
        </div>
      </div>
    </Section>
  );
}
