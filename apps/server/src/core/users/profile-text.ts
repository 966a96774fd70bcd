import { profileFields } from '@passbeam/protocol';
import { DomainError } from '../ground/errors.ts';
import { isStorableText } from './custom/custom-data.ts';
import type { Profile } from './user.ts';

/** Refuses text that some store cannot hold. It stays as given, made harmless where it is shown. @throws DomainError invalid_argument */
export function checkProfile(profile: Profile): void {
  for (const [field, text] of Object.entries(profile)) {
    if (typeof text === 'string' && !isStorableText(text)) {
      throw new DomainError('invalid_argument', { field, reason: 'brokenText' });
    }
  }
}

export function profileOf(given: Readonly<Record<string, unknown>>): Profile {
  const names = Object.keys(profileFields).filter((name) => given[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, given[name]]));
}
