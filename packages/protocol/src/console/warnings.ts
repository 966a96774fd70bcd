import { type Static, Type } from 'typebox';

/** What an operator should know about the state of a pool. A call of our own. */

export const warningTypes = [
  'fullUserInfoOn',
  'browserExchangeOn',
  'qrcodeLivesLong',
  'ticketLivesLong',
  'pollBindingNone',
  'noAllowedOrigins',
  'registrationOpen',
  'noMessages',
  'publicUrlHttp',
  'secretEndsSoon',
  'twoConfigurationFiles',
] as const;
export type WarningType = (typeof warningTypes)[number];

/** `data` of `POST /api/v3/list-warnings`: what stands now; it goes when its cause goes. */
export const WarningDto = Type.Object({
  type: Type.Enum([...warningTypes]),
  appId: Type.Union([Type.String(), Type.Null()], { description: 'The application it is about; null: the pool' }),
  message: Type.String({ description: 'In the language that was asked for' }),
  value: Type.Union([Type.String(), Type.Null()], {
    description: 'What it is about: seconds, an instant as ISO 8601, a digest',
  }),
});
export type WarningDto = Static<typeof WarningDto>;
export const WarningListDto = Type.Object({ list: Type.Array(WarningDto) });
export type WarningListDto = Static<typeof WarningListDto>;
