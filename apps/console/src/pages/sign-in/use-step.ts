import { useState } from 'react';
import { Failure, fieldOf, reasonOf } from '../../api/failure.ts';

/** A form that makes one call: whether it is under way, and what the server said of it. */
export function useStep() {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Failure | null>(null);
  async function run(deed: () => Promise<void>): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await deed();
    } catch (failure) {
      setError(
        failure instanceof Failure ? failure : new Failure(String(failure), { statusCode: 0, refusal: 'strange' }),
      );
    } finally {
      setBusy(false);
    }
  }
  return {
    isBusy,
    run,
    error,
    /** What is wrong with a field, to stand under it. */
    wrong: (field: string) => (error !== null && fieldOf(error) === field ? reasonOf(error) : undefined),
    /** What is wrong beyond the fields of the form. */
    other: (...fields: string[]) =>
      error !== null && !fields.includes(fieldOf(error) ?? '') ? error.message : undefined,
  };
}
