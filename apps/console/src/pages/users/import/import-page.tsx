import type { CustomFieldDto, UserImportDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { asking, reading, useForget, usePool } from '../../../api/pool.ts';
import { agreed } from '../../../forms/confirm.ts';
import { GatedButton } from '../../../forms/gate.tsx';
import { useWords } from '../../../language/language.tsx';
import { LinkButton } from '../../../parts/link-button.tsx';
import { Page, Section } from '../../../parts/page.tsx';
import { Notice } from '../../../parts/states.tsx';
import { useStep } from '../../sign-in/use-step.ts';
import { type ChosenFile, readChosen, UnreadableFile } from './chosen-file.ts';
import { likelyField } from './field-words.ts';
import { FileButton, FileDrop } from './file-drop.tsx';
import { type How, HowSection } from './how.tsx';
import { firstValue, type Mapping, MappingTable } from './mapping.tsx';
import { Preview } from './preview.tsx';
import { RecentImports } from './recent-imports.tsx';
import { beginImport } from './uploads.ts';
import { importWords } from './words.ts';
import './import.css';

/** A file is chosen, its columns are named, and it is checked or imported. */
export function ImportPage() {
  const words = useWords(importWords);
  const pool = usePool();
  const imports = useQuery(asking<UserImportDto[]>(pool, 'list-user-imports'));
  const fields = useQuery(reading<CustomFieldDto[]>(pool, 'get-custom-fields', { targetType: 'USER' }));
  const custom = fields.data?.map(({ key }) => key) ?? [];
  const [chosen, setChosen] = useState<ChosenFile | null>(null);
  const [mapping, setMapping] = useState<Mapping>({});
  const [mistake, setMistake] = useState<string | null>(null);
  const open = imports.data?.find(({ endedAt }) => endedAt === null);
  async function take(file: File) {
    try {
      const read = await readChosen(file);
      setChosen(read);
      const fieldOf = (column: string) => likelyField(column, custom, firstValue(read, column).trim());
      setMapping(Object.fromEntries(read.columns.map((column) => [column, fieldOf(column)])));
      setMistake(null);
    } catch (error) {
      setChosen(null);
      setMistake(error instanceof UnreadableFile ? words[error.mistake] : String(error));
    }
  }
  return (
    <Page
      title={words.title}
      lead={words.lead}
      actions={
        <LinkButton variant="default" to="/$pool/users" params={{ pool }}>
          {words.toUsers}
        </LinkButton>
      }
    >
      {open && (
        <Notice tone="info">
          <strong>{words.underWay}</strong>
          <p>{words.underWayText}</p>
          <LinkButton
            size="xs"
            variant="default"
            to="/$pool/users/import/$import"
            params={{ pool, import: open.importId }}
          >
            {words.open}
          </LinkButton>
        </Notice>
      )}
      {!open && chosen === null && <FileDrop onFile={take} mistake={mistake} />}
      {!open && chosen !== null && (
        <>
          <Section>
            <div className="chosen-file">
              <strong>{chosen.file.name}</strong>
              <FileButton isQuiet onFile={take}>
                {words.otherFile}
              </FileButton>
            </div>
          </Section>
          <MappingTable chosen={chosen} mapping={mapping} custom={custom} onChange={setMapping} />
          <Preview chosen={chosen} mapping={mapping} />
          <Begin chosen={chosen} mapping={mapping} />
        </>
      )}
      {imports.data !== undefined && imports.data.length > 0 && <RecentImports imports={imports.data} />}
    </Page>
  );
}

function Begin({ chosen, mapping }: { chosen: ChosenFile; mapping: Mapping }) {
  const words = useWords(importWords);
  const pool = usePool();
  const forget = useForget();
  const navigate = useNavigate();
  const step = useStep();
  const [how, setHow] = useState<How>({ mode: 'new', passwords: 'none' });
  const held = Object.values(mapping).filter((field) => field !== '');
  const hasPasswords = held.includes('password');
  const hasIds = held.includes('userId');
  const problem =
    new Set(held).size < held.length
      ? words.twice
      : ['userId', 'username', 'email', 'phone', 'externalId'].some((field) => held.includes(field))
        ? null
        : words.noIdentifier;
  async function begin(dryRun: boolean) {
    const question = { title: words.importNowTitle, text: words.importNowText, deed: words.importNow };
    if (!dryRun && !(await agreed({ ...question, isDangerous: false }))) return;
    await step.run(async () => {
      const columns = Object.fromEntries(Object.entries(mapping).filter(([column, field]) => column !== field));
      const passwords = hasPasswords ? how.passwords : 'none';
      const asked = { format: chosen.format, columns, mode: how.mode, passwords, dryRun };
      const importId = await beginImport(pool, { file: chosen.file, asked });
      await forget('list-user-imports');
      await navigate({ to: '/$pool/users/import/$import', params: { pool, import: importId } });
    });
  }
  const other = problem ?? step.other();
  return (
    <>
      <HowSection how={how} hasPasswords={hasPasswords} onChange={setHow} />
      <Section>
        <div className="stack">
          {other && (
            <div role="alert">
              <Notice tone={problem === null ? 'bad' : 'warn'}>{other}</Notice>
            </div>
          )}
          {hasIds && <Notice tone="info">{words.idsText}</Notice>}
          <p className="soft">{words.checkText}</p>
          <div className="row">
            <GatedButton needs="operator" loading={step.isBusy} disabled={problem !== null} onClick={() => begin(true)}>
              {words.check}
            </GatedButton>
            <GatedButton
              needs="operator"
              variant="default"
              disabled={problem !== null || step.isBusy}
              onClick={() => begin(false)}
            >
              {words.importAll}
            </GatedButton>
          </div>
        </div>
      </Section>
    </>
  );
}
