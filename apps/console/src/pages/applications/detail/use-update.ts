import type { ApplicationDto } from '@passbeam/protocol';
import { useState } from 'react';
import { Failure, fieldOf, reasonOf } from '../../../api/failure.ts';
import { useForget, usePool, writing } from '../../../api/pool.ts';
import { useWords } from '../../../language/language.tsx';
import { complain, say } from '../../../parts/toast.tsx';
import { detailWords } from './words.ts';

/** Changes an application on the version that was read. Says whether it went well. */
export function useUpdate({ appId, version }: ApplicationDto) {
  const words = useWords(detailWords);
  const pool = usePool();
  const forget = useForget();
  const [isSaving, setSaving] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isConflict, setConflict] = useState(false);
  async function save(change: object, ifVersion = version): Promise<boolean> {
    setSaving(true);
    setFailure(null);
    try {
      await writing(pool, 'update-application', { appId, ...change, ...(ifVersion !== undefined && { ifVersion }) });
      await forget('get-application', 'list-applications');
      setConflict(false);
      say(words.saved, { pool, types: 'settings' });
      return true;
    } catch (error) {
      if (error instanceof Failure && error.refusal === 'version_conflict') {
        setConflict(true);
        await forget('get-application');
        return false;
      }
      if (error instanceof Failure) setFailure(error);
      complain(error);
      return false;
    } finally {
      setSaving(false);
    }
  }
  return {
    save,
    isSaving,
    isConflict,
    settle: () => setConflict(false),
    wrong: (field: string) =>
      failure !== null && (fieldOf(failure) ?? '').startsWith(field) ? reasonOf(failure) : undefined,
  };
}
