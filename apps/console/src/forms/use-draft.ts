import { useState } from 'react';

/** A copy of what is stored, to be changed until it is saved or thrown away. */
export function useDraft<Value extends object>(stored: Value) {
  const [changes, setChanges] = useState<Partial<Value>>({});
  const draft: Value = { ...stored, ...changes };
  const changed = (Object.keys(changes) as (keyof Value)[]).filter(
    (name) => JSON.stringify(changes[name]) !== JSON.stringify(stored[name]),
  );
  return {
    draft,
    change: (part: Partial<Value>) => setChanges((before) => ({ ...before, ...part })),
    discard: () => setChanges({}),
    /** The fields that differ from what is stored. */
    changed,
    isDirty: changed.length > 0,
    /** Only what differs, to be sent. */
    difference: Object.fromEntries(changed.map((name) => [name, changes[name]])) as Partial<Value>,
  };
}
