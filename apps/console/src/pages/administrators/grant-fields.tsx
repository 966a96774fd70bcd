import { NativeSelect } from '@mantine/core';
import type { GrantDto } from '@passbeam/protocol';
import { useMe } from '../../api/me.ts';
import { useWords } from '../../language/language.tsx';
import { administratorWords } from './words.ts';

const roles = ['viewer', 'operator', 'owner'] as const;

/** One role for all pools, or one for each. */
export function GrantFields({ grants, onChange }: { grants: GrantDto[]; onChange: (grants: GrantDto[]) => void }) {
  const words = useWords(administratorWords);
  const pools = useMe()?.pools ?? [];
  const places = [
    { value: '*', label: words.allPools },
    ...pools.map(({ userPoolId, name }) => ({ value: userPoolId, label: name })),
  ];
  const roleOf = (userPoolId: string) => grants.find((grant) => grant.userPoolId === userPoolId)?.role ?? '';
  const set = (userPoolId: string, role: string) =>
    onChange([
      ...grants.filter((grant) => grant.userPoolId !== userPoolId),
      ...(role === '' ? [] : [{ userPoolId, role: role as GrantDto['role'] }]),
    ]);
  return (
    <div className="stack">
      {places.map(({ value, label }) => (
        <NativeSelect
          key={value}
          label={label}
          value={roleOf(value)}
          onChange={(event) => set(value, event.currentTarget.value)}
          data={[{ value: '', label: words.none }, ...roles.map((role) => ({ value: role, label: words[role] }))]}
        />
      ))}
    </div>
  );
}
