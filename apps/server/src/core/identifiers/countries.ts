import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';

export interface Country {
  /** ISO 3166. */
  alpha2: string;
  phoneCountryCode: string;
  /** Of two letters that fonts draw as one flag. */
  flag: string;
  name: { zh: string; en: string };
}

/** Every country and territory that has phone numbers, in the order of their codes. */
export function listCountries(): Country[] {
  const [zh, en] = ['zh-CN', 'en'].map((language) => new Intl.DisplayNames(language, { type: 'region' }));
  return getCountries()
    .toSorted()
    .map((alpha2) => ({
      alpha2,
      phoneCountryCode: `+${getCountryCallingCode(alpha2)}`,
      flag: String.fromCodePoint(...[...alpha2].map((letter) => 0x1f1e6 + letter.charCodeAt(0) - 65)),
      name: { zh: zh?.of(alpha2) ?? alpha2, en: en?.of(alpha2) ?? alpha2 },
    }));
}
