import { Button } from '@mantine/core';
import type { ConsoleLoginDto } from '@passbeam/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { own } from '../../api/call.ts';
import { useWords } from '../../language/language.tsx';
import { Section } from '../../parts/page.tsx';
import { Loaded } from '../../parts/states.tsx';
import { Table } from '../../parts/table.tsx';
import { Tag } from '../../parts/tag.tsx';
import { complain, say } from '../../parts/toast.tsx';
import { When } from '../../parts/when.tsx';
import { accountWords } from './words.ts';

export function OwnLogins() {
  const words = useWords(accountWords);
  const queries = useQueryClient();
  const logins = useQuery({
    queryKey: ['own-logins'],
    queryFn: ({ signal }) => own<{ list: ConsoleLoginDto[] }>('own-logins', {}, signal),
  });
  async function end(which: object) {
    try {
      const { ended } = await own<{ ended: number }>('end-own-logins', which);
      await queries.invalidateQueries({ queryKey: ['own-logins'] });
      say(words.ended(ended));
    } catch (error) {
      complain(error);
    }
  }
  return (
    <Section
      title={words.logins}
      lead={words.loginsText}
      actions={
        (logins.data?.list.length ?? 0) > 1 && (
          <Button variant="default" size="xs" onClick={() => end({ others: true })}>
            {words.endOthers}
          </Button>
        )
      }
    >
      <Loaded query={logins} rows={3}>
        {({ list }) => (
          <Table
            caption={words.logins}
            rows={list}
            idOf={({ loginId }) => loginId}
            columns={[
              {
                name: 'browser',
                title: words.browser,
                phone: 'head',
                cell: ({ browser, os, isThis }) => (
                  <span className="row">
                    {[browser, os].filter(Boolean).join(' · ') || '–'} {isThis && <Tag tone="accent">{words.this}</Tag>}
                  </span>
                ),
              },
              { name: 'address', title: words.address, cell: ({ ip }) => <code>{ip ?? '–'}</code> },
              { name: 'since', title: words.since, cell: ({ createdAt }) => <When at={createdAt} isShort /> },
              { name: 'act', title: words.lastAct, cell: ({ lastActedAt }) => <When at={lastActedAt} isShort /> },
              {
                name: 'end',
                title: <span className="unseen">{words.end}</span>,
                isNumber: true,
                cell: ({ loginId, isThis }) =>
                  !isThis && (
                    <Button variant="default" size="xs" onClick={() => end({ loginIds: [loginId] })}>
                      {words.end}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </Section>
  );
}
