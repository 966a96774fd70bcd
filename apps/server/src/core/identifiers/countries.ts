import isoCountries from 'i18n-iso-countries';
import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';

const languages = ['zh-CN', 'en-US', 'zh-TW', 'ja-JP'] as const;

export interface Country {
  /** ISO 3166. */
  alpha2: string;
  alpha3: string;
  phoneCountryCode: string;
  /** Two regional letters that fonts draw as one flag. */
  flag: string;
  name: Record<(typeof languages)[number], string>;
}

/** Two islands have telephones of their own and no country code: ISO 3166 keeps these letters reserved for them. */
const reserved: Record<string, string> = { AC: 'ASC', TA: 'TAA' };

/** Every country and territory that has phone numbers, in the order of their codes. */
export function listCountries(): Country[] {
  const names = languages.map((language) => [language, new Intl.DisplayNames(language, { type: 'region' })] as const);
  return getCountries()
    .toSorted()
    .map((alpha2) => ({
      alpha2,
      alpha3: isoCountries.alpha2ToAlpha3(alpha2) ?? reserved[alpha2] ?? '',
      phoneCountryCode: `+${getCountryCallingCode(alpha2)}`,
      flag: String.fromCodePoint(...[...alpha2].map((letter) => 0x1f1e6 + letter.charCodeAt(0) - 65)),
      name: Object.fromEntries(
        names.map(([language, name]) => [language, name.of(alpha2) ?? alpha2]),
      ) as Country['name'],
    }));
}
