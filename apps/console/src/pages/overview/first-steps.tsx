import type { ApplicationDto } from '@passbeam/protocol';
import { useMay } from '../../api/me.ts';
import { usePool } from '../../api/pool.ts';
import { useWords } from '../../language/language.tsx';
import { Icon } from '../../parts/icons.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Section } from '../../parts/page.tsx';
import { Tag } from '../../parts/tag.tsx';
import { isPhone } from '../applications/application-table.tsx';
import { overviewWords } from './words.ts';

/** Site, app, one confirmed scan: until all three are there. What is confirmed at the live code is exchanged by nobody. */
export function FirstSteps({ applications, hasScan }: { applications: ApplicationDto[]; hasScan: boolean }) {
  const words = useWords(overviewWords);
  const pool = usePool();
  const mayCreate = useMay('operator');
  const site = applications.find((one) => !isPhone(one));
  const phone = applications.find(({ approvesScans }) => approvesScans);
  if (site && phone && hasScan) return null;
  // Pools that have both, and are quiet just now, are not beginners.
  if (site && phone && applications.length > 2) return null;
  const create = (kind: 'site' | 'phone') => (
    <LinkButton size="xs" to="/$pool/applications/new" params={{ pool }} search={{ kind, step: '2' }}>
      {words.doIt}
    </LinkButton>
  );
  const lines = [
    { title: words.stepSite, text: words.stepSiteText, isDone: site !== undefined, way: create('site') },
    { title: words.stepPhone, text: words.stepPhoneText, isDone: phone !== undefined, way: create('phone') },
    {
      title: words.stepScan,
      text: words.stepScanText,
      isDone: hasScan,
      way: site && (
        <LinkButton size="xs" to="/$pool/applications/new" params={{ pool }} search={{ app: site.appId, step: '4' }}>
          {words.doIt}
        </LinkButton>
      ),
    },
  ];
  return (
    <Section title={words.firstSteps}>
      <ol className="lines">
        {lines.map(({ title, text, isDone, way }) => (
          <li key={title} className={isDone ? 'is-done' : undefined}>
            <Icon name={isDone ? 'check' : 'right'} />
            <span className="grow">
              <strong>{title}</strong> <span className="soft">{text}</span>
            </span>
            {isDone ? <Tag tone="good">{words.done}</Tag> : mayCreate && way}
          </li>
        ))}
      </ol>
    </Section>
  );
}
