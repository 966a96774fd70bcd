import { usePool } from '../../../api/pool.ts';
import { useWords } from '../../../language/language.tsx';
import { LinkButton } from '../../../parts/link-button.tsx';
import { Section } from '../../../parts/page.tsx';
import { RecentEvents } from '../../audit/recent-events.tsx';
import { detailWords } from './words.ts';

/** What happened with the application lately. */
export function ActivityTab({ appId }: { appId: string }) {
  const words = useWords(detailWords);
  const pool = usePool();
  return (
    <Section
      isQuiet
      title={words.activity}
      actions={
        <LinkButton variant="default" size="xs" to="/$pool/audit" params={{ pool }} search={{ app: appId }}>
          {words.toAudit}
        </LinkButton>
      }
    >
      <RecentEvents filter={{ appId }} />
    </Section>
  );
}
