import type { Directory } from '../directory/directory.ts';
import { publishedCountryCode } from './phone-number.ts';

export type PhoneCountries = Pick<Directory, 'findPool'>;

/** The country code of phones that people of the pool give without one: its setting `defaultPhoneCountryCode`. */
export function phoneCountryCodeOf(directory: PhoneCountries, userPoolId: string): string {
  return directory.findPool(userPoolId)?.securitySettings.general.defaultPhoneCountryCode ?? publishedCountryCode;
}
