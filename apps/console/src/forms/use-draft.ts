import { useState } from 'react';

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** A copy of what is stored, to be changed until it is saved or thrown away. */
export function useDraft<Value extends object>(stored: Value) {
  const [changes, setChanges] = useState<Partial<Value>>({});
  const draft: Value = { ...stored, ...changes };
  const changed = (Object.keys(changes) as (keyof Value)[]).filter((name) => !isSame(changes[name], stored[name]));
  return {
    draft,
    change: (part: Partial<Value>) => setChanges((before) => ({ ...before, ...part })),
    discard: () => setChanges({}),
    /** These changes are stored now and leave the draft, but for what was changed again while they were on their way. */
    saved: (sent: Partial<Value>) =>
      setChanges((now) => {
        const isStored = (name: keyof Value) => name in sent && isSame(now[name], sent[name]);
        const left = (Object.keys(now) as (keyof Value)[]).filter((name) => !isStored(name));
        return Object.fromEntries(left.map((name) => [name, now[name]])) as Partial<Value>;
      }),
    /** The fields that differ from what is stored. */
    changed,
    isDirty: changed.length > 0,
    /** Only what differs, to be sent. */
    difference: Object.fromEntries(changed.map((name) => [name, changes[name]])) as Partial<Value>,
  };
}
