import { DomainError } from '../../core/ground/errors.ts';

/** Runs a use case. A refusal that names a field as core does then names it as this request spelt it. */
export async function withFieldNames<T>(names: Record<string, string>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const field = error instanceof DomainError && error.detail.field;
    if (!field || !Object.hasOwn(names, field)) throw error;
    throw new DomainError(error.code, { ...error.detail, field: names[field] });
  }
}
