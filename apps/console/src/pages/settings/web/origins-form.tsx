import { Button, Textarea } from '@mantine/core';
import type { RefusedOriginsDto, SecuritySettingsDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { asking, usePool } from '../../../api/pool.ts';
import { Conflict } from '../../../forms/conflict.tsx';
import { useWhyNot } from '../../../forms/gate.tsx';
import { FileLock, isLocked } from '../../../forms/locked.tsx';
import { SaveBar } from '../../../forms/save-bar.tsx';
import { useDraft } from '../../../forms/use-draft.ts';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Loaded } from '../../../parts/states.tsx';
import { Table } from '../../../parts/table.tsx';
import { When } from '../../../parts/when.tsx';
import { linesOf } from '../../applications/wizard/kinds.ts';
import { useSave } from '../use-save.ts';
import { webWords } from './words.ts';

/** A scheme and a host, perhaps a port; `*.` for one label of an own domain. The server has the last word. */
const isOrigin = (line: string) => /^[a-z][a-z0-9+.-]*:\/\/[^/\s?#]+$/i.test(line);

export function OriginsForm({ stored }: { stored: SecuritySettingsDto }) {
  const words = useWords(webWords);
  const pool = usePool();
  const { draft, change, isDirty, discard } = useDraft({ origins: linesOf(stored.allowedOrigins ?? '').join('\n') });
  const saving = useSave(stored.version, discard);
  const locked = isLocked(stored.managed, 'allowedOrigins');
  const isDisabled = useWhyNot('operator') !== null || locked;
  const lines = linesOf(draft.origins);
  const wrong = lines.filter((line) => !isOrigin(line));
  const refused = useQuery({ ...asking<RefusedOriginsDto>(pool, 'list-refused-origins'), refetchInterval: 30_000 });
  const save = (ifVersion?: number) => saving.save({ allowedOrigins: lines }, ifVersion);
  return (
    <>
      {saving.isConflict && (
        <Conflict
          fields={[{ title: words.origins, theirs: stored.allowedOrigins ?? '', yours: draft.origins }]}
          onTakeTheirs={() => {
            saving.settle();
            discard();
          }}
          onSaveMine={() => save(stored.version)}
        />
      )}
      <Section title={words.origins} lead={words.originsText} actions={locked && <FileLock path="allowedOrigins" />}>
        <Textarea
          aria-label={words.origins}
          autosize
          minRows={4}
          maxRows={16}
          spellCheck={false}
          placeholder="https://www.example.com"
          value={draft.origins}
          disabled={isDisabled}
          error={wrong.length > 0 ? words.notOrigin(wrong.join(', ')) : saving.wrong('allowedOrigins')}
          onChange={(event) => change({ origins: event.currentTarget.value })}
        />
        {lines.length === 0 && (
          <p className="soft small" style={{ marginTop: 8 }}>
            {words.none}
          </p>
        )}
      </Section>
      <Section title={words.refused} lead={words.refusedText}>
        <Loaded query={refused} rows={2}>
          {({ list }) => {
            const open = list.filter(({ origin }) => !lines.includes(origin));
            if (open.length === 0) return <p className="soft">{words.noneRefused}</p>;
            return (
              <Table
                caption={words.refused}
                rows={open}
                idOf={({ origin }) => origin}
                columns={[
                  { name: 'origin', title: words.origin, phone: 'head', cell: ({ origin }) => <code>{origin}</code> },
                  { name: 'n', title: words.howOften, cell: ({ n }) => words.times(n) },
                  { name: 'last', title: words.last, cell: ({ lastAt }) => <When at={lastAt} isShort /> },
                  {
                    name: 'add',
                    title: words.add,
                    phone: 'head',
                    cell: ({ origin }) => (
                      <Button
                        variant="default"
                        size="xs"
                        disabled={isDisabled}
                        onClick={() => change({ origins: [...lines, origin].join('\n') })}
                      >
                        {words.add}
                      </Button>
                    ),
                  },
                ]}
              />
            );
          }}
        </Loaded>
      </Section>
      <SaveBar
        isDirty={isDirty}
        isSaving={saving.isSaving}
        onDiscard={discard}
        onSave={() => wrong.length === 0 && save()}
      />
    </>
  );
}
