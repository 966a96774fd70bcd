import { DomainError } from '../ground/errors.ts';

/** Works on one item of a list in a request; a refusal that names a field of the item says which item it is. */
export async function namingItem<T>(index: number, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError) || error.detail.field === undefined) throw error;
    throw new DomainError(error.code, { ...error.detail, field: `list.${index}.${error.detail.field}` });
  }
}
