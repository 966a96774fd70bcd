import { DomainError } from '../ground/errors.ts';

/** Runs `work` on one item of a request's list. A refusal that names a field of the item then also says which item it is. */
export async function namingItem<T>(index: number, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError) || error.detail.field === undefined) throw error;
    throw new DomainError(error.code, { ...error.detail, field: `list.${index}.${error.detail.field}` });
  }
}
