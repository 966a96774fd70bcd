import type { CustomFieldDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { reading, useForget, usePool, writing } from '../../../api/pool.ts';
import { agreed } from '../../../forms/confirm.ts';
import { GatedButton } from '../../../forms/gate.tsx';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Loaded } from '../../../parts/states.tsx';
import { Table } from '../../../parts/table.tsx';
import { complain, say } from '../../../parts/toast.tsx';
import { SettingsLayout } from '../settings-layout.tsx';
import { NewField } from './new-field.tsx';
import { fieldWords } from './words.ts';

export function FieldsPage() {
  const words = useWords(fieldWords);
  const pool = usePool();
  const forget = useForget();
  const fields = useQuery(reading<CustomFieldDto[]>(pool, 'get-custom-fields', { targetType: 'USER' }));
  async function remove(key: string) {
    if (!(await agreed({ title: words.removeTitle(key), text: words.removeText, deed: words.remove }))) return;
    try {
      await writing(pool, 'delete-custom-fields', { keys: [key] });
      await forget('get-custom-fields');
      say(words.saved, { pool, types: 'settings' });
    } catch (error) {
      complain(error);
    }
  }
  return (
    <SettingsLayout>
      <Section title={words.title} lead={words.text}>
        <Loaded query={fields} rows={3}>
          {(list) =>
            list.length === 0 ? (
              <p className="soft">{words.empty}</p>
            ) : (
              <Table
                caption={words.title}
                rows={list}
                idOf={({ key }) => key}
                columns={[
                  { name: 'key', title: words.key, phone: 'head', cell: ({ key }) => <code>{key}</code> },
                  { name: 'label', title: words.label, cell: ({ label }) => label },
                  {
                    name: 'kind',
                    title: words.kind,
                    cell: ({ dataType, options }) =>
                      `${words[dataType]}${options.length > 0 ? `: ${options.map(({ value }) => value).join(', ')}` : ''}`,
                  },
                  {
                    name: 'deed',
                    title: words.remove,
                    cell: ({ key }) => (
                      <GatedButton needs="operator" variant="default" size="xs" onClick={() => remove(key)}>
                        {words.remove}
                      </GatedButton>
                    ),
                  },
                ]}
              />
            )
          }
        </Loaded>
      </Section>
      <NewField />
    </SettingsLayout>
  );
}
