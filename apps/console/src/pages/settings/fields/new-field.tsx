import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { useForget, usePool, writing } from '../../../api/pool.ts';
import { GatedButton } from '../../../forms/gate.tsx';
import { useDraft } from '../../../forms/use-draft.ts';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { say } from '../../../parts/toast.tsx';
import { useStep } from '../../sign-in/use-step.ts';
import { fieldWords } from './words.ts';

const kinds = ['STRING', 'NUMBER', 'BOOLEAN', 'DATETIME', 'ENUM', 'OBJECT'] as const;
const nothing = { key: '', label: '', dataType: 'STRING' as (typeof kinds)[number], options: '' };

export function NewField() {
  const words = useWords(fieldWords);
  const pool = usePool();
  const forget = useForget();
  const { draft: field, change, saved } = useDraft(nothing);
  const step = useStep();
  async function submit(event: FormEvent) {
    event.preventDefault();
    const { key, label, dataType, options } = field;
    const chosen = options
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    await step.run(async () => {
      await writing(pool, 'set-custom-fields', {
        list: [
          {
            targetType: 'USER',
            key: key.trim(),
            dataType,
            ...(label.trim() !== '' && { label: label.trim() }),
            ...(dataType === 'ENUM' && { options: chosen.map((value) => ({ value })) }),
          },
        ],
      });
      await forget('get-custom-fields');
      saved(field);
      say(words.saved, { pool, types: 'settings' });
    });
  }
  return (
    <Section title={words.add}>
      <form className="stack" onSubmit={submit}>
        <div className="filter-bar">
          <TextInput
            className="search"
            label={words.key}
            required
            withAsterisk={false}
            spellCheck={false}
            value={field.key}
            error={step.error?.message}
            onChange={(event) => change({ key: event.currentTarget.value })}
          />
          <TextInput
            className="search"
            label={words.label}
            value={field.label}
            onChange={(event) => change({ label: event.currentTarget.value })}
          />
          <NativeSelect
            label={words.kind}
            value={field.dataType}
            onChange={(event) => change({ dataType: event.currentTarget.value as 'STRING' })}
            data={kinds.map((value) => ({ value, label: words[value] }))}
          />
        </div>
        {field.dataType === 'ENUM' && (
          <Textarea
            label={words.options}
            autosize
            minRows={3}
            value={field.options}
            onChange={(event) => change({ options: event.currentTarget.value })}
          />
        )}
        <div>
          <GatedButton needs="operator" type="submit" loading={step.isBusy}>
            {words.save}
          </GatedButton>
        </div>
      </form>
    </Section>
  );
}
