import { useState } from 'react';
import { Failure, fieldOf, reasonOf } from '../../api/failure.ts';
import { useForget, usePool, writing } from '../../api/pool.ts';
import { useWords } from '../../language/language.tsx';
import { complain, say } from '../../parts/toast.tsx';
import { settingsWords } from './words.ts';

/**
 * Saves security settings on the version that was read. Of two people the later one is told, and sees what is stored
 * by then. Says whether it went well.
 */
export function useSave(version: number | undefined) {
  const words = useWords(settingsWords);
  const pool = usePool();
  const forget = useForget();
  const [isSaving, setSaving] = useState(false);
  const [isConflict, setConflict] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function save(change: object, ifVersion = version): Promise<boolean> {
    setSaving(true);
    setFailure(null);
    try {
      await writing(pool, 'update-security-settings', { ...change, ...(ifVersion !== undefined && { ifVersion }) });
      await forget('get-security-settings', 'list-refused-origins');
      setConflict(false);
      say(words.saved, { pool, types: 'settings' });
      return true;
    } catch (error) {
      if (error instanceof Failure && error.refusal === 'version_conflict') {
        setConflict(true);
        await forget('get-security-settings');
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
      failure !== null && (fieldOf(failure) ?? '').endsWith(field) ? reasonOf(failure) : undefined,
  };
}
