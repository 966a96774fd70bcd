import type { ApplicationDto } from '@passbeam/protocol';
import { useNavigate } from '@tanstack/react-router';
import { useForget, usePool, writing } from '../../../api/pool.ts';
import { agreed } from '../../../forms/confirm.ts';
import { GatedButton } from '../../../forms/gate.tsx';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { complain, say } from '../../../parts/toast.tsx';
import { detailWords } from './words.ts';

export function DeleteApplication({ application: { appId, appName } }: { application: ApplicationDto }) {
  const words = useWords(detailWords);
  const pool = usePool();
  const forget = useForget();
  const navigate = useNavigate();
  async function remove() {
    const question = { title: words.removeTitle(appName), text: words.dangerText, deed: words.remove, typed: appName };
    if (!(await agreed(question))) return;
    try {
      await writing(pool, 'delete-application', { appId });
      await navigate({ to: '/$pool/applications', params: { pool } });
      await forget('list-applications');
      say(words.removed(appName), { pool, types: 'settings' });
    } catch (error) {
      complain(error);
    }
  }
  return (
    <Section
      title={words.danger}
      lead={words.dangerText}
      actions={
        <GatedButton needs="owner" color="red" variant="light" onClick={remove}>
          {words.remove}
        </GatedButton>
      }
    >
      {null}
    </Section>
  );
}
