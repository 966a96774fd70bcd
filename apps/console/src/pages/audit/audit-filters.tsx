import { Button, NativeSelect, TextInput } from '@mantine/core';
import type { ApplicationPageDto } from '@passbeam/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { reading, usePool } from '../../api/pool.ts';
import { useFormats } from '../../language/format.ts';
import { useWords } from '../../language/language.tsx';
import { type Filter, FilterChips } from '../../parts/filters.tsx';
import { Icon } from '../../parts/icons.tsx';
import { useEventNames } from './event-names.ts';
import { type EventGroup, eventGroups } from './event-words.ts';
import { type AuditSearch, isGroup, kindOf, rangeOf } from './filter.ts';
import { auditWords } from './words.ts';

const groups = Object.keys(eventGroups) as EventGroup[];
const outcomes = ['success', 'failure', 'alarm'] as const;

export function AuditFilters({
  search,
  onChange,
  onReplace,
}: {
  search: AuditSearch;
  onChange: (next: AuditSearch) => void;
  onReplace: (next: AuditSearch) => void;
}) {
  const words = useWords(auditWords);
  const pool = usePool();
  const [text, setText] = useState('');
  const applications = useQuery(reading<ApplicationPageDto>(pool, 'list-applications', { limit: 50 }));
  const range = rangeOf(search);
  const chips = useChips(search, applications.data);
  const without = (name: string): AuditSearch => ({ ...search, [name]: undefined });
  return (
    <div className="stack">
      <form
        className="filter-bar"
        onSubmit={(event) => {
          event.preventDefault();
          const given = text.trim();
          if (given === '') return;
          setText('');
          const appIds = applications.data?.list.map(({ appId }) => appId) ?? [];
          onChange({ ...search, [kindOf(given, appIds)]: given });
        }}
      >
        <TextInput
          className="search"
          type="search"
          label={words.search}
          leftSection={<Icon name="search" size={16} />}
          placeholder={words.searchHint}
          value={text}
          spellCheck={false}
          onChange={(event) => setText(event.currentTarget.value)}
          data-search
        />
        <NativeSelect
          label={words.range}
          value={range}
          onChange={(event) => {
            const value = event.currentTarget.value;
            const { from: _from, to: _to, ...rest } = search;
            if (value === 'custom')
              onChange({ ...rest, range: undefined, from: localDay(Date.now() - 7 * 86_400_000) });
            else onChange({ ...rest, range: value === 'week' && !search.code ? undefined : value });
          }}
          data={(['hour', 'day', 'week', 'month', 'custom'] as const).map((value) => ({ value, label: words[value] }))}
        />
        <NativeSelect
          label={words.type}
          value={isGroup(search.type) ? search.type : ''}
          onChange={(event) => onChange({ ...search, type: event.currentTarget.value || undefined })}
          data={[{ value: '', label: words.anyType }, ...groups.map((value) => ({ value, label: words[value] }))]}
        />
        <NativeSelect
          label={words.application}
          value={search.app ?? ''}
          onChange={(event) => onChange({ ...search, app: event.currentTarget.value || undefined })}
          data={[
            { value: '', label: words.anyType },
            ...(applications.data?.list.map(({ appId, appName }) => ({ value: appId, label: appName })) ?? []),
          ]}
        />
        <NativeSelect
          label={words.outcomeOf}
          value={search.outcome ?? ''}
          onChange={(event) => onChange({ ...search, outcome: event.currentTarget.value || undefined })}
          data={[{ value: '', label: words.anyType }, ...outcomes.map((value) => ({ value, label: words[value] }))]}
        />
        <Button
          variant="default"
          onClick={() => onChange({ ...search, order: search.order === 'oldest' ? undefined : 'oldest' })}
        >
          {search.order === 'oldest' ? words.oldest : words.newest}
        </Button>
      </form>
      {range === 'custom' && (
        <div className="filter-bar">
          {(['from', 'to'] as const).map((name) => (
            <TextInput
              key={name}
              type="datetime-local"
              label={words[name]}
              value={search[name] ?? ''}
              onChange={(event) => onReplace({ ...search, [name]: event.currentTarget.value || undefined })}
            />
          ))}
        </div>
      )}
      <FilterChips filters={chips} onRemove={(name) => onChange(without(name))} onClear={() => onChange({})} />
    </div>
  );
}

/** A moment as the field for dates takes it, in the zone of the browser. */
function localDay(at: number): string {
  const day = new Date(at);
  day.setHours(0, 0, 0, 0);
  return new Date(day.getTime() - day.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function useChips(search: AuditSearch, applications: ApplicationPageDto | undefined): Filter[] {
  const words = useWords(auditWords);
  const formats = useFormats();
  const nameOf = useEventNames();
  const appName = (id: string) => applications?.list.find(({ appId }) => appId === id)?.appName ?? id;
  const shown: Record<string, [string, (value: string) => string]> = {
    from: [words.from, (value) => formats.short(value)],
    to: [words.to, (value) => formats.short(value)],
    type: [words.type, (value) => (isGroup(value) ? words[value] : value.split(',').map(nameOf).join(', '))],
    user: [words.person, (value) => value],
    app: [words.application, appName],
    ip: [words.address, (value) => value],
    request: [words.request, (value) => value],
    code: [words.code, (value) => value],
    key: [words.key, (value) => value],
    by: [words.by, (value) => value],
    outcome: [words.outcome, (value) => words[value as 'success'] ?? value],
  };
  return Object.entries(shown).flatMap(([name, [title, say]]) => {
    const value = search[name as keyof AuditSearch];
    return value === undefined ? [] : [{ name, title, value: say(value) }];
  });
}
