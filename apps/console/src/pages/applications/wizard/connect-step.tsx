import { Button } from '@mantine/core';
import type { ApplicationDto } from '@passbeam/protocol';
import { useState } from 'react';
import { call } from '../../../api/call.ts';
import { useMay } from '../../../api/me.ts';
import { usePool } from '../../../api/pool.ts';
import { useWords } from '../../../language/language.tsx';
import { CodeBlock } from '../../../parts/copy.tsx';
import { Section } from '../../../parts/page.tsx';
import { Notice } from '../../../parts/states.tsx';
import { complain } from '../../../parts/toast.tsx';
import { clientAuthOf, isPhone } from '../application-table.tsx';
import { RecipeTabs } from './recipe-tabs.tsx';
import { settingsOf } from './recipes.ts';
import { wizardWords } from './words.ts';

/** Id, secret, and whole examples with both filled in. */
export function ConnectStep({ application }: { application: ApplicationDto }) {
  const words = useWords(wizardWords);
  const pool = usePool();
  const isOwner = useMay('owner');
  const [secret, setSecret] = useState<string | null>(null);
  const hasSecret = clientAuthOf(application) !== 'none';
  const { appId } = application;
  const isApp = isPhone(application);
  async function show() {
    try {
      setSecret((await call<{ secret: string }>('/api/v3/get-application-secret', { pool, query: { appId } })).secret);
    } catch (error) {
      complain(error);
    }
  }
  return (
    <>
      {!isApp && (
        <Section
          title={words.idAndSecret}
          lead={words.settingsText}
          actions={
            hasSecret &&
            secret === null &&
            isOwner && (
              <Button variant="default" size="xs" onClick={show}>
                {words.showSecret}
              </Button>
            )
          }
        >
          <div className="stack">
            <CodeBlock code={settingsOf(appId, secret)} label={words.idAndSecret} />
            {hasSecret && !isOwner && <p className="soft">{words.secretNeedsOwner}</p>}
            {!hasSecret && <Notice tone="warn">{words.browserExchangeOff}</Notice>}
          </div>
        </Section>
      )}
      <Section title={words.snippets} lead={isApp ? words.phoneNext : words.recipeText}>
        <RecipeTabs appId={appId} isPhone={isApp} />
      </Section>
    </>
  );
}
