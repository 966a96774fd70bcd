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

/** One thing that should be so, and whether it is. */
export const SecurityCheckDto = Type.Object({
  type: Type.Enum([...warningTypes]),
  isMet: Type.Boolean(),
  message: Type.String({ description: 'What is so, good or not, in the language that was asked for' }),
  appIds: Type.Array(Type.String(), {
    description: 'The applications that do not meet it, at most 100; none: the pool',
  }),
});
export type SecurityCheckDto = Static<typeof SecurityCheckDto>;

/** `data` of `POST /api/v3/get-security-report`: everything that warnings know of, what is not met first. */
export const SecurityReportDto = Type.Object({ list: Type.Array(SecurityCheckDto) });
export type SecurityReportDto = Static<typeof SecurityReportDto>;
