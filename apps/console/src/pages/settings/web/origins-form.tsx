import { Textarea } from '@mantine/core';
import type { SecuritySettingsDto } from '@passbeam/protocol';
import { Conflict } from '../../../forms/conflict.tsx';
import { useWhyNot } from '../../../forms/gate.tsx';
import { FileLock, isLocked } from '../../../forms/locked.tsx';
import { SaveBar } from '../../../forms/save-bar.tsx';
import { useDraft } from '../../../forms/use-draft.ts';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { linesOf } from '../../applications/wizard/kinds.ts';
import { useSave } from '../use-save.ts';
import { RefusedOrigins } from './refused-origins.tsx';
import { webWords } from './words.ts';

/** A scheme and a host, perhaps a port; `*.` for one label of an own domain. The server has the last word. */
const isOrigin = (line: string) => /^[a-z][a-z0-9+.-]*:\/\/[^/\s?#]+$/i.test(line);

export function OriginsForm({ stored }: { stored: SecuritySettingsDto }) {
  const words = useWords(webWords);
  const { draft, change, difference, isDirty, discard, saved } = useDraft({
    origins: linesOf(stored.allowedOrigins ?? '').join('\n'),
  });
  const saving = useSave(stored.version);
  const locked = isLocked(stored.managed, 'allowedOrigins');
  const isDisabled = useWhyNot('operator') !== null || locked;
  const lines = linesOf(draft.origins);
  const wrong = lines.filter((line) => !isOrigin(line));
  async function save(ifVersion?: number) {
    if (await saving.save({ allowedOrigins: lines }, ifVersion)) saved(difference);
  }
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
      <RefusedOrigins
        listed={lines}
        isLocked={locked}
        onAdd={(origin) => change({ origins: [...lines, origin].join('\n') })}
      />
      <SaveBar
        isDirty={isDirty}
        isSaving={saving.isSaving}
        onDiscard={discard}
        onSave={() => wrong.length === 0 && save()}
      />
    </>
  );
}
