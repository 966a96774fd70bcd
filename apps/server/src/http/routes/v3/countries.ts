import { envelope } from '@passbeam/protocol';
import { Type } from 'typebox';
import { listCountries } from '../../../core/identifiers/countries.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

const Name = Type.Object({ enabled: Type.Boolean(), value: Type.String() });
const CountryDto = Type.Object({
  alpha2: Type.String({ description: 'ISO 3166' }),
  alpha3: Type.String({ description: 'ISO 3166' }),
  phoneCountryCode: Type.String(),
  flag: Type.String({ description: 'An emoji' }),
  name: Type.Object({ 'zh-CN': Name, 'en-US': Name, 'zh-TW': Name, 'ja-JP': Name }),
});

/** `GET /api/v3/get-country-list`: the countries that forms for phone numbers offer, to anybody. */
export function countryRoutes(app: App): void {
  const shown = (value: string) => ({ enabled: true, value });
  const countries = listCountries().map(({ name, ...country }) => ({
    ...country,
    name: {
      'zh-CN': shown(name['zh-CN']),
      'en-US': shown(name['en-US']),
      'zh-TW': shown(name['zh-TW']),
      'ja-JP': shown(name['ja-JP']),
    },
  }));

  app.get(
    '/api/v3/get-country-list',
    {
      schema: {
        summary: 'List countries, with their phone country codes',
        description: 'In the order of their codes. Needs no login.',
        response: { 200: envelope(Type.Array(CountryDto)) },
      },
    },
    async (request) => ok(request, countries),
  );
}
