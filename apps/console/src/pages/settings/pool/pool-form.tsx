import { NativeSelect, TextInput } from '@mantine/core';
import type { UserPoolDto } from '@passbeam/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForget, usePool, writing } from '../../../api/pool.ts';
import { useWhyNot } from '../../../forms/gate.tsx';
import { FileLock, isLocked } from '../../../forms/locked.tsx';
import { SaveBar } from '../../../forms/save-bar.tsx';
import { ShowYaml } from '../../../forms/show-yaml.tsx';
import { useDraft } from '../../../forms/use-draft.ts';
import { useWords } from '../../../language/language.tsx';
import { CopyText } from '../../../parts/copy.tsx';
import { Section } from '../../../parts/page.tsx';
import { Notice } from '../../../parts/states.tsx';
import { complain, say } from '../../../parts/toast.tsx';
import { poolWords } from './words.ts';

export function PoolForm({ stored }: { stored: UserPoolDto }) {
  const words = useWords(poolWords);
  const pool = usePool();
  const forget = useForget();
  const queries = useQueryClient();
  const { draft, change, difference, isDirty, discard, saved } = useDraft({
    userPoolName: stored.userPoolName,
    pollBinding: stored.defaults.pollBinding as string,
  });
  const isDisabled = useWhyNot('owner') !== null;
  const isNameLocked = isLocked(stored.managed, 'userPoolName');
  const [isSaving, setSaving] = useState(false);
  async function save() {
    setSaving(true);
    const { userPoolName, pollBinding } = difference;
    try {
      await writing(pool, 'update-userpool', {
        ...(userPoolName !== undefined && { userPoolName }),
        ...(pollBinding !== undefined && { defaults: { pollBinding } }),
        ...(stored.version !== undefined && { ifVersion: stored.version }),
      });
      await Promise.all([forget('get-userpool'), queries.invalidateQueries({ queryKey: ['me'] })]);
      saved(difference);
      say(words.saved, { pool, types: 'settings' });
    } catch (error) {
      complain(error);
      await forget('get-userpool');
    } finally {
      setSaving(false);
    }
  }
  return (
    <>
      <Section
        title={words.title}
        actions={
          <div className="row">
            {isNameLocked && <FileLock path="name" />}
            <ShowYaml />
          </div>
        }
      >
        <div className="stack">
          <TextInput
            label={words.name}
            value={draft.userPoolName}
            disabled={isDisabled || isNameLocked}
            onChange={(event) => change({ userPoolName: event.currentTarget.value })}
          />
          <p>
            <span className="soft">{words.id}</span> <CopyText text={stored.userPoolId} name={words.id} />
          </p>
          <NativeSelect
            label={words.binding}
            description={words.bindingText}
            value={draft.pollBinding}
            disabled={isDisabled}
            onChange={(event) => change({ pollBinding: event.currentTarget.value })}
            data={(['cookie', 'secret', 'none'] as const).map((value) => ({ value, label: words[value] }))}
          />
          {draft.pollBinding === 'none' && <Notice tone="warn">{words.noneWarns}</Notice>}
        </div>
      </Section>
      <SaveBar isDirty={isDirty} isSaving={isSaving} onDiscard={discard} onSave={save} />
    </>
  );
}
