import { Switch } from '@mantine/core';
import type { SecuritySettingsDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { reading, usePool } from '../../../api/pool.ts';
import { useWhyNot } from '../../../forms/gate.tsx';
import { FileLock, isLocked } from '../../../forms/locked.tsx';
import { SaveBar } from '../../../forms/save-bar.tsx';
import { useDraft } from '../../../forms/use-draft.ts';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Loaded } from '../../../parts/states.tsx';
import { SettingsLayout } from '../settings-layout.tsx';
import { useSave } from '../use-save.ts';
import { webWords } from '../web/words.ts';

export function RegistrationPage() {
  const settings = useQuery(reading<SecuritySettingsDto>(usePool(), 'get-security-settings'));
  return (
    <SettingsLayout>
      <Loaded query={settings} rows={3}>
        {(stored) => <RegistrationForm stored={stored} />}
      </Loaded>
    </SettingsLayout>
  );
}

function RegistrationForm({ stored }: { stored: SecuritySettingsDto }) {
  const words = useWords(webWords);
  const { draft, change, difference, isDirty, discard, saved } = useDraft({
    registerDisabled: stored.registerDisabled,
  });
  const saving = useSave(stored.version);
  const locked = isLocked(stored.managed, 'registerDisabled');
  const isDisabled = useWhyNot('operator') !== null || locked;
  async function save() {
    if (await saving.save(draft, saving.isConflict ? stored.version : undefined)) saved(difference);
  }
  return (
    <>
      <Section
        title={words.registration}
        lead={words.registrationText}
        actions={locked && <FileLock path="registerDisabled" />}
      >
        <Switch
          size="md"
          label={words.open}
          description={words.openText}
          checked={!draft.registerDisabled}
          disabled={isDisabled}
          onChange={(event) => change({ registerDisabled: !event.currentTarget.checked })}
        />
      </Section>
      <SaveBar isDirty={isDirty} isSaving={saving.isSaving} onDiscard={discard} onSave={save} />
    </>
  );
}
