import { Button } from '@mantine/core';
import type { NextSecretDto, RotatedSecretDto, SecretDto, SecretListDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { asking, useForget, usePool, writing } from '../../../api/pool.ts';
import { agreed } from '../../../forms/confirm.ts';
import { GatedButton } from '../../../forms/gate.tsx';
import { SecretOnce } from '../../../forms/secret-once.tsx';
import { useFormats } from '../../../language/format.ts';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Loaded } from '../../../parts/states.tsx';
import { Table } from '../../../parts/table.tsx';
import { Tag } from '../../../parts/tag.tsx';
import { complain, say } from '../../../parts/toast.tsx';
import { When } from '../../../parts/when.tsx';
import { NextSecret } from './next-secret.tsx';
import { nextSecretWords } from './next-secret-words.ts';
import { RotateDialog } from './rotate-dialog.tsx';
import { detailWords } from './words.ts';

const hour = 3_600_000;
export const isUsedLately = ({ lastUsedAt }: SecretDto) =>
  lastUsedAt !== null && Date.now() - new Date(lastUsedAt).getTime() < hour;

/** The secrets of an application, or of the pool where no application is named. */
export function SecretsTab({ appId, hasSecret = true }: { appId?: string; hasSecret?: boolean }) {
  const words = useWords(detailWords);
  const nextWords = useWords(nextSecretWords);
  const formats = useFormats();
  const pool = usePool();
  const forget = useForget();
  const owner = appId === undefined ? 'userpool' : 'application';
  const about = appId === undefined ? {} : { appId };
  const secrets = useQuery({ ...asking<SecretListDto>(pool, `list-${owner}-secrets`, about), enabled: hasSecret });
  const [isRotating, setRotating] = useState(false);
  const [next, setNext] = useState<NextSecretDto | null>(null);
  const [fresh, setFresh] = useState<RotatedSecretDto | null>(null);
  const current = secrets.data?.list.find(({ state }) => state === 'current');

  async function showNext() {
    try {
      setNext(await writing<NextSecretDto>(pool, `show-next-${owner}-secret`, about));
    } catch (error) {
      complain(error);
    }
  }

  async function end(secret: SecretDto) {
    const text = isUsedLately(secret) ? `${words.endLately} ${words.endText}` : words.endText;
    if (!(await agreed({ title: words.endTitle, text, deed: words.endNow }))) return;
    try {
      await writing(pool, `end-${owner}-secret`, { ...about, secretId: secret.secretId });
      await forget(`list-${owner}-secrets`);
      say(words.secretEnded, { pool, types: 'settings' });
    } catch (error) {
      complain(error);
    }
  }

  if (!hasSecret) return <Section title={words.secrets}>{words.noSecret}</Section>;
  return (
    <Section
      title={words.secrets}
      lead={words.secretsText}
      actions={
        <div className="row">
          <GatedButton needs="owner" variant="default" onClick={showNext}>
            {nextWords.show}
          </GatedButton>
          <GatedButton needs="owner" onClick={() => setRotating(true)}>
            {words.rotate}
          </GatedButton>
        </div>
      }
    >
      <Loaded query={secrets} rows={3}>
        {({ list }) => (
          <Table
            caption={words.secrets}
            rows={list}
            idOf={({ secretId }) => secretId}
            isDim={({ state }) => state === 'ended'}
            columns={[
              {
                name: 'state',
                title: words.secrets,
                phone: 'head',
                cell: ({ state }) => (
                  <Tag tone={state === 'current' ? 'good' : state === 'ending' ? 'warn' : 'plain'}>{words[state]}</Tag>
                ),
              },
              { name: 'hint', title: words.endsWith, cell: ({ hint }) => <code>…{hint}</code> },
              { name: 'made', title: words.made, cell: ({ createdAt }) => <When at={createdAt} isShort /> },
              {
                name: 'used',
                title: words.lastUsed,
                cell: ({ lastUsedAt }) =>
                  lastUsedAt === null ? (
                    <span className="soft">{words.neverUsed}</span>
                  ) : (
                    <When at={lastUsedAt} isShort />
                  ),
              },
              {
                name: 'ends',
                title: words.ends,
                cell: ({ endsAt }) =>
                  endsAt === null ? <span className="soft">{words.never}</span> : <When at={endsAt} isShort />,
              },
              {
                name: 'deed',
                title: words.endNow,
                phone: 'head',
                cell: (secret) =>
                  secret.state === 'ending' && (
                    <Button variant="default" size="xs" onClick={() => end(secret)}>
                      {words.endNow}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {next !== null && !isRotating && (
        <NextSecret next={next} onClose={() => setNext(null)} onRotate={() => setRotating(true)} />
      )}
      {isRotating && (
        <RotateDialog
          nextSecretId={next?.secretId}
          isUsedLately={current !== undefined && isUsedLately(current)}
          onClose={() => {
            setRotating(false);
            setNext(null);
          }}
          rotate={async (wish) => {
            const rotated = await writing<RotatedSecretDto>(pool, `rotate-${owner}-secret`, { ...about, ...wish });
            setRotating(false);
            setNext(null);
            setFresh(rotated);
            await forget(`list-${owner}-secrets`);
          }}
        />
      )}
      {fresh && (
        <SecretOnce
          title={words.newSecret}
          secret={fresh.secret}
          label={words.newSecret}
          warning={appId === undefined ? undefined : words.secretAgain}
          onStored={() => setFresh(null)}
        >
          <p>{fresh.previousEndsAt === null ? words.oldEnded : words.oldEnds(formats.exact(fresh.previousEndsAt))}</p>
        </SecretOnce>
      )}
    </Section>
  );
}
