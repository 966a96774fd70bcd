import type { RefusedOriginsDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { asking, usePool } from '../../../api/pool.ts';
import { GatedButton } from '../../../forms/gate.tsx';
import { useFormats } from '../../../language/format.ts';
import { useWords } from '../../../language/language.tsx';
import { Section } from '../../../parts/page.tsx';
import { Loaded } from '../../../parts/states.tsx';
import { Table } from '../../../parts/table.tsx';
import { When } from '../../../parts/when.tsx';
import { webWords } from './words.ts';

/** Pages that asked in vain: a forgotten origin looks like an outage to them. */
export function RefusedOrigins({
  listed,
  isLocked,
  onAdd,
}: {
  listed: readonly string[];
  isLocked: boolean;
  onAdd: (origin: string) => void;
}) {
  const words = useWords(webWords);
  const formats = useFormats();
  const refused = useQuery(asking<RefusedOriginsDto>(usePool(), 'list-refused-origins'));
  return (
    <Section title={words.refused} lead={words.refusedText}>
      <Loaded query={refused} rows={2}>
        {({ list }) =>
          list.length === 0 ? (
            <p className="soft">{words.noneRefused}</p>
          ) : (
            <Table
              caption={words.refused}
              rows={list}
              idOf={({ origin }) => origin}
              columns={[
                { name: 'origin', title: words.origin, phone: 'head', cell: ({ origin }) => <code>{origin}</code> },
                { name: 'n', title: words.times, isNumber: true, cell: ({ n }) => formats.number(n) },
                { name: 'last', title: words.last, cell: ({ lastAt }) => <When at={lastAt} isShort /> },
                {
                  name: 'add',
                  title: <span className="unseen">{words.add}</span>,
                  phone: 'corner',
                  cell: ({ origin }) =>
                    listed.includes(origin) ? (
                      <span className="soft small">{words.added}</span>
                    ) : (
                      <GatedButton
                        needs="operator"
                        size="compact-sm"
                        variant="default"
                        disabled={isLocked}
                        aria-label={words.addOrigin(origin)}
                        onClick={() => onAdd(origin)}
                      >
                        {words.add}
                      </GatedButton>
                    ),
                },
              ]}
            />
          )
        }
      </Loaded>
    </Section>
  );
}
