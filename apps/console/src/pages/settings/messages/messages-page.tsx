import type { MessageSettingsDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { useMay } from '../../../api/me.ts';
import { asking, usePool } from '../../../api/pool.ts';
import { useWords } from '../../../language/language.tsx';
import { Facts } from '../../../parts/facts.tsx';
import { Section } from '../../../parts/page.tsx';
import { Loaded, Notice } from '../../../parts/states.tsx';
import { Tag } from '../../../parts/tag.tsx';
import { SettingsLayout } from '../settings-layout.tsx';
import { TestMessage } from './test-message.tsx';
import { messageWords } from './words.ts';

export function MessagesPage() {
  const words = useWords(messageWords);
  const mayLook = useMay('operator');
  const settings = useQuery({ ...asking<MessageSettingsDto>(usePool(), 'get-message-settings'), enabled: mayLook });
  if (!mayLook) {
    return (
      <SettingsLayout>
        <Notice tone="info">{words.needsOperator}</Notice>
      </SettingsLayout>
    );
  }
  return (
    <SettingsLayout>
      <Loaded query={settings} rows={5}>
        {({ email, sms }) => (
          <>
            <Section title={words.title} lead={words.text}>
              <div className="stack">
                <h3 className="row">
                  {words.email} {email ? <Tag tone="good">{words.on}</Tag> : <Tag>{words.off}</Tag>}
                </h3>
                {email && (
                  <Facts
                    facts={[
                      [words.host, `${email.host}:${email.port}`],
                      [words.encryption, email.encryption],
                      [words.user, email.user],
                      [words.from, email.from],
                    ]}
                  />
                )}
                <h3 className="row">
                  {words.sms} {sms ? <Tag tone="good">{words.on}</Tag> : <Tag>{words.off}</Tag>}
                </h3>
                {sms && <Facts facts={[[words.hook, <code key="hook">{sms.hookUrl}</code>]]} />}
              </div>
            </Section>
            {(email || sms) && (
              <TestMessage channels={[...(email ? (['email'] as const) : []), ...(sms ? (['sms'] as const) : [])]} />
            )}
          </>
        )}
      </Loaded>
    </SettingsLayout>
  );
}
