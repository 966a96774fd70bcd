import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../../language/language.tsx';
import { CodeBlock } from '../../../parts/copy.tsx';
import { Section } from '../../../parts/page.tsx';
import { pollReplies, type Strategy } from './strategy.ts';
import { loginWords } from './words.ts';
import '../settings.css';

type Status = keyof ReturnType<typeof pollReplies>;

/** The answers to polls before anything is saved: what a switch means is seen, not imagined. */
export function SeenByPage({ strategy }: { strategy: Strategy }) {
  const words = useWords(loginWords);
  const [status, setStatus] = useState<Status>('AUTHORIZED');
  return (
    <Section title={words.seen} lead={words.seenText}>
      <div className="stack seen-by-page">
        <SegmentedControl
          aria-label={words.seen}
          value={status}
          onChange={(value) => setStatus(value as Status)}
          data={['PENDING', 'SCANNED', 'AUTHORIZED']}
        />
        <CodeBlock code={JSON.stringify(pollReplies(strategy)[status], null, 2)} label={`${words.seen}: ${status}`} />
      </div>
    </Section>
  );
}
