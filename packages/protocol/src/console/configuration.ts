import { type Static, Type } from 'typebox';

/** Settings as text for the configuration file. A call of our own. */

/** `POST /api/v3/export-configuration`. */
export const ExportConfigurationDto = Type.Object({
  appId: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: 'One application of the pool; absent: the pool with all' }),
  ),
});
export type ExportConfigurationDto = Static<typeof ExportConfigurationDto>;

export const ExportedConfigurationDto = Type.Object({
  yaml: Type.String({
    description: 'A configuration file; for one application, the entry to put below `applications` of its pool',
  }),
  environment: Type.Array(Type.String(), {
    description: 'The variables that the file reads secrets from, for it holds none',
  }),
  omitted: Type.Array(Type.Enum(['ownTokens', 'accessKeys', 'applications']), {
    description:
      'What the pool has and the text does not: entries of ownTokens and accessKeys, which a file wrote; applications beyond 500',
  }),
});
export type ExportedConfigurationDto = Static<typeof ExportedConfigurationDto>;
