import type { ApplicationDto, ApplicationPageDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { reading, usePool } from '../../../api/pool.ts';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Notice } from '../../../parts/states.tsx';
import { LiveCode } from './live-code.tsx';
import { wizardWords } from './words.ts';

/** A code of the new application, to be scanned at once. */
export function TryStep({ application }: { application: ApplicationDto }) {
  const words = useWords(wizardWords);
  const pool = usePool();
  const all = useQuery(reading<ApplicationPageDto>(pool, 'list-applications', { limit: 50 }));
  const hasPhone = all.data === undefined || all.data.list.some(({ approvesScans }) => approvesScans);
  return (
    <Section title={words.try} lead={words.tryText}>
      <div className="stack">
        {!hasPhone && <Notice tone="info">{words.tryNoPhone}</Notice>}
        <LiveCode appId={application.appId} />
      </div>
    </Section>
  );
}
