import { Button, Textarea, TextInput } from '@mantine/core';
import type { ApplicationDto } from '@passbeam/protocol';
import { type FormEvent, useMemo, useState } from 'react';
import { useForget, usePool, writing } from '../../../api/pool.ts';
import { drawKey } from '../../../forms/draw-key.ts';
import { GatedButton } from '../../../forms/gate.tsx';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Notice } from '../../../parts/states.tsx';
import { useStep } from '../../sign-in/use-step.ts';
import { applicationOf, type Kind, linesOf } from './kinds.ts';
import { wizardWords } from './words.ts';

export function AboutStep({
  kind,
  onBack,
  onCreated,
}: {
  kind: Exclude<Kind, 'service'>;
  onBack: () => void;
  onCreated: (appId: string) => void;
}) {
  const words = useWords(wizardWords);
  const pool = usePool();
  const forget = useForget();
  const idempotencyKey = useMemo(drawKey, []);
  const [name, setName] = useState('');
  const [domain, setDomain] = useState('');
  const [origins, setOrigins] = useState('');
  const step = useStep();
  async function submit(event: FormEvent) {
    event.preventDefault();
    await step.run(async () => {
      const wanted = applicationOf(kind, { name: name.trim(), domain: domain.trim(), origins: linesOf(origins) });
      const { appId } = await writing<ApplicationDto>(pool, 'create-application', { ...wanted, idempotencyKey });
      await forget('list-applications');
      onCreated(appId);
    });
  }
  const wrongOrigin =
    step.wrong('securityOverride.allowedOrigins') ??
    (step.error?.message.includes('allowedOrigins') ? step.error.message : undefined);
  const other = wrongOrigin === undefined ? step.other('appName', 'domain') : undefined;
  return (
    <Section>
      <form className="stack" onSubmit={submit}>
        {other && (
          <div role="alert">
            <Notice tone="bad">{other}</Notice>
          </div>
        )}
        <TextInput
          label={words.name}
          description={words.nameText}
          required
          withAsterisk={false}
          autoFocus
          maxLength={256}
          value={name}
          error={step.wrong('appName')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {kind !== 'phone' && (
          <>
            <TextInput
              label={words.domain}
              description={words.domainText}
              spellCheck={false}
              autoCapitalize="none"
              value={domain}
              error={step.wrong('domain')}
              onChange={(event) => setDomain(event.currentTarget.value)}
            />
            <Textarea
              label={words.origins}
              description={words.originsText}
              autosize
              minRows={2}
              spellCheck={false}
              value={origins}
              error={wrongOrigin}
              onChange={(event) => setOrigins(event.currentTarget.value)}
            />
          </>
        )}
        <div className="row">
          <Button variant="default" onClick={onBack}>
            {words.back}
          </Button>
          <GatedButton needs="operator" type="submit" loading={step.isBusy}>
            {words.create}
          </GatedButton>
        </div>
      </form>
    </Section>
  );
}
