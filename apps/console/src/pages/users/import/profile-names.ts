import type { profileFields as fields } from '@passbeam/protocol';
import { type ImportField, importableFields } from './field-words.ts';

/** Fields that are not of the profile; the others are. */
const others: Record<Exclude<ImportField, keyof typeof fields>, true> = {
  userId: true,
  username: true,
  email: true,
  emailVerified: true,
  phone: true,
  phoneCountryCode: true,
  phoneVerified: true,
  externalId: true,
  status: true,
  password: true,
  resetPasswordOnNextLogin: true,
};

export const profileFields: ReadonlySet<string> = new Set(importableFields.filter((field) => !(field in others)));
