import { type Static, Type } from 'typebox';

/** The servers and what they share. A call of our own. */

const instant = Type.String({ description: 'ISO 8601' });
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** A key of the configuration file whose value is not the stored one. Secrets are told as "changed". */
export const ConfigurationDifferenceDto = Type.Object({
  path: Type.String({ description: 'As in the file: userPools[0].name' }),
  line: nullable(Type.Integer()),
  stored: nullable(Type.String()),
  file: nullable(Type.String()),
});
export type ConfigurationDifferenceDto = Static<typeof ConfigurationDifferenceDto>;

/** `data` of `POST /api/v3/get-installation`. */
export const InstallationDto = Type.Object({
  version: Type.String(),
  publicUrl: Type.String(),
  nodes: Type.Array(
    Type.Object({
      name: Type.String(),
      version: Type.String(),
      startedAt: instant,
      seenAt: instant,
      isAlive: Type.Boolean({ description: 'Seen within ninety seconds' }),
    }),
    { description: 'Those seen within a day; newest sign of life first' },
  ),
  store: Type.Object({
    kind: Type.Enum(['sqlite', 'postgres']),
    redis: Type.Boolean(),
    schema: Type.String({ description: 'The newest migration' }),
  }),
  configuration: nullable(
    Type.Object({
      digest: Type.String(),
      appliedAt: instant,
      node: Type.String(),
      managedFields: Type.Integer(),
      differences: nullable(
        Type.Array(ConfigurationDifferenceDto, {
          description:
            'What the file of the node that answers would change, at most 100; told to owners of all pools alone. null: it has no file, or one that cannot be applied',
        }),
      ),
    }),
  ),
  signingKeys: Type.Array(Type.Object({ kid: Type.String(), createdAt: instant, verifiesUntil: nullable(instant) }), {
    description: 'The first one signs',
  }),
  retention: Type.Object({ auditDays: nullable(Type.Integer({ description: 'null: for ever' })) }),
  limits: Type.Object({ on: Type.Boolean(), unfinishedCodes: Type.Integer() }),
});
export type InstallationDto = Static<typeof InstallationDto>;
