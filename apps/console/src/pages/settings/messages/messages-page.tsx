import type { MessageSettingsDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { useMay } from '../../../api/me.ts';
import { asking, usePool } from '../../../api/pool.ts';
import { useWords } from '../../../language/language.tsx';
import { Facts } from '../../../parts/facts.tsx';
import { Section } from '../../../parts/page.tsx';
import { Empty, Loaded, Notice } from '../../../parts/states.tsx';
import { SettingsLayout } from '../settings-layout.tsx';
import { TestMessage } from './test-message.tsx';
import { messageWords } from './words.ts';

export function MessagesPage() {
  const words = useWords(messageWords);
  const isAllowed = useMay('operator');
  const query = asking<MessageSettingsDto>(usePool(), 'get-message-settings');
  const settings = useQuery({ ...query, enabled: isAllowed });
  return (
    <SettingsLayout>
      {!isAllowed ? (
        <Empty icon="lock" title={words.needsOperator} />
      ) : (
        <>
          <p className="soft">{words.lead}</p>
          <Loaded query={settings} rows={8}>
            {({ email, sms }) => (
              <>
                <Section title={words.email}>
                  {email === null ? <Notice tone="warn">{words.emailMissing}</Notice> : <MailFacts email={email} />}
                </Section>
                <Section title={words.sms}>
                  {sms === null ? (
                    <Notice tone="warn">{words.smsMissing}</Notice>
                  ) : (
                    <>
                      <Facts facts={[[words.hook, <code key="hook">{sms.hookUrl}</code>]]} />
                      <TestMessage channel="sms" />
                    </>
                  )}
                </Section>
              </>
            )}
          </Loaded>
          <p className="soft small">{words.rules}</p>
        </>
      )}
    </SettingsLayout>
  );
}

function MailFacts({ email }: { email: NonNullable<MessageSettingsDto['email']> }) {
  const words = useWords(messageWords);
  return (
    <>
      <Facts
        facts={[
          [
            words.server,
            <code key="server">
              {email.host}:{email.port}
            </code>,
          ],
          [words.encryption, words[email.encryption]],
          [words.user, email.user ?? words.nobody],
          [words.from, email.from],
        ]}
      />
      <TestMessage channel="email" />
    </>
  );
}
