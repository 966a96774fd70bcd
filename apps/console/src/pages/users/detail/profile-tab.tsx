import { TextInput } from '@mantine/core';
import type { UserDto } from '@passbeam/protocol';
import { useState } from 'react';
import { Failure, fieldOf, reasonOf } from '../../../api/failure.ts';
import { useForget, usePool, writing } from '../../../api/pool.ts';
import { useWhyNot } from '../../../forms/gate.tsx';
import { SaveBar } from '../../../forms/save-bar.tsx';
import { useDraft } from '../../../forms/use-draft.ts';
import { useWords } from '../../../language/language.tsx';
import { CodeBlock, CopyText } from '../../../parts/copy.tsx';
import { Facts } from '../../../parts/facts.tsx';
import { Section } from '../../../parts/page.tsx';
import { Tag } from '../../../parts/tag.tsx';
import { complain, say } from '../../../parts/toast.tsx';
import { When } from '../../../parts/when.tsx';
import { phoneOf } from '../person.tsx';
import { personWords } from './words.ts';

const fields = ['name', 'nickname', 'username', 'email', 'phone', 'externalId'] as const;

export function ProfileTab({ person }: { person: UserDto }) {
  const words = useWords(personWords);
  const pool = usePool();
  const forget = useForget();
  const stored = Object.fromEntries(
    fields.map((name) => [name, (name === 'phone' ? phoneOf(person) : person[name]) ?? '']),
  ) as Record<(typeof fields)[number], string>;
  const { draft, change, difference, isDirty, discard, saved } = useDraft(stored);
  const isDisabled = useWhyNot('operator') !== null;
  const [isSaving, setSaving] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  async function save() {
    setSaving(true);
    setFailure(null);
    const given = Object.fromEntries(
      Object.entries(difference).map(([name, value]) => [name, value === '' ? null : value]),
    );
    try {
      await writing(pool, 'update-user', { userId: person.userId, ...given });
      await forget('get-user', 'search-users');
      saved(difference);
      say(words.saved, { pool, types: 'accounts' });
    } catch (error) {
      if (error instanceof Failure) setFailure(error);
      complain(error);
    } finally {
      setSaving(false);
    }
  }
  const mark = (name: string) =>
    (name === 'email' || name === 'phone') &&
    person[name] && (
      <Tag tone={person[`${name}Verified`] ? 'good' : 'plain'}>
        {person[`${name}Verified`] ? words.verified : words.notVerified}
      </Tag>
    );
  return (
    <>
      <Section title={words.contacts}>
        <div className="stack">
          {fields.map((name) => (
            <TextInput
              key={name}
              label={
                <span className="row">
                  {words[name]} {mark(name)}
                </span>
              }
              value={draft[name]}
              disabled={isDisabled}
              autoComplete="off"
              spellCheck={false}
              error={failure !== null && fieldOf(failure) === name ? reasonOf(failure) : undefined}
              onChange={(event) => change({ [name]: event.currentTarget.value })}
            />
          ))}
        </div>
      </Section>
      <Section title={words.facts}>
        <Facts
          facts={[
            [words.id, <CopyText key="id" text={person.userId} name={words.id} />],
            [words.made, <When key="made" at={person.createdAt} />],
            [words.lastLogin, <When key="last" at={person.lastLogin} />],
            [words.loginsCount, person.loginsCount],
            [
              words.passwordSet,
              person.passwordLastSetAt ? <When key="password" at={person.passwordLastSetAt} /> : words.noPassword,
            ],
          ]}
        />
      </Section>
      <Section title={words.customData}>
        {person.customData && Object.keys(person.customData).length > 0 ? (
          <CodeBlock code={JSON.stringify(person.customData, null, 2)} label={words.customData} />
        ) : (
          <p className="soft">{words.noCustomData}</p>
        )}
      </Section>
      <SaveBar isDirty={isDirty} isSaving={isSaving} onDiscard={discard} onSave={save} />
    </>
  );
}
