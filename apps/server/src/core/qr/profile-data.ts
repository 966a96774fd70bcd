import { DomainError } from '../ground/errors.ts';
import { mergeCustomData } from '../users/custom/custom-data.ts';
import { type CustomField, fitsCustomField, isProtectedKey } from '../users/custom/custom-fields.ts';

export interface ProfileData {
  /** The person's custom data as it will be; null when nothing is to change. */
  customData: Record<string, unknown> | null;
  /** For the audit log: which fields were taken, and how many others were not. */
  taken: string[];
  refused: number;
}

/**
 * The part of customData that goes into the confirming person's profile (threats T24): declared keys with values of their type. What
 * cannot be kept does not stop the login, and nothing is ever removed.
 */
export function profileData(
  text: string,
  current: Record<string, unknown>,
  fields: readonly Pick<CustomField, 'key' | 'dataType' | 'options'>[],
): ProfileData {
  const offered = Object.entries(JSON.parse(text) as Record<string, unknown>);
  const declared = new Map(fields.map((field) => [field.key, field]));
  const accepted = offered.filter(([key, value]) => {
    const field = declared.get(key);
    return field !== undefined && !isProtectedKey(key) && fitsCustomField(field, value);
  });
  const nothing = { customData: null, taken: [], refused: offered.length };
  if (accepted.length === 0) return nothing;
  try {
    const customData = mergeCustomData(current, Object.fromEntries(accepted), 'customData');
    return { customData, taken: accepted.map(([key]) => key), refused: offered.length - accepted.length };
  } catch (error) {
    // The data would exceed the limits of one person's custom data.
    if (error instanceof DomainError) return nothing;
    throw error;
  }
}
