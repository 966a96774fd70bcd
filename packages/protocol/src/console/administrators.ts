import { type Static, Type } from 'typebox';
import { administratorName, administratorSignInName, ConsoleLoginDto, GrantDto } from './sign-in.ts';

const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);
const id = Type.String({ minLength: 1, maxLength: 128 });
const grants = Type.Array(GrantDto, { minItems: 1, maxItems: 100 });

export const AdministratorDto = Type.Object({
  administratorId: Type.String(),
  name: Type.String(),
  signInName: Type.String(),
  email: nullable(Type.String()),
  grants: Type.Array(GrantDto),
  state: Type.Enum(['invited', 'active', 'suspended'], { description: 'invited: the link was not used yet' }),
  secondFactor: Type.Boolean({ description: 'An authenticator is set up' }),
  linkedPerson: nullable(Type.Object({ userPoolId: Type.String(), userId: Type.String() })),
  createdAt: Type.String({ description: 'ISO 8601' }),
  createdBy: nullable(
    Type.String({ description: 'The administrator who invited; null for one made by a set-up link' }),
  ),
  lastSeenAt: nullable(Type.String({ description: 'ISO 8601, to the minute' })),
  version: Type.Integer({ description: 'To be sent back as ifVersion' }),
});
export type AdministratorDto = Static<typeof AdministratorDto>;

export const ListAdministratorsQuery = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 256, description: 'nextCursor of the page before' })),
  limit: Type.Optional(Type.String({ pattern: '^[0-9]{1,3}$', description: 'At most 100; 50 unless given' })),
});
export const AdministratorPageDto = Type.Object({
  list: Type.Array(AdministratorDto),
  nextCursor: nullable(Type.String()),
});
export type AdministratorPageDto = Static<typeof AdministratorPageDto>;

export const InviteAdministratorDto = Type.Object({
  name: administratorName,
  signInName: administratorSignInName,
  email: Type.Optional(
    Type.String({ maxLength: 254, description: 'The link is sent there if the server can send mail' }),
  ),
  grants,
});
export type InviteAdministratorDto = Static<typeof InviteAdministratorDto>;

/** Of invite-administrator and renew-administrator-link. */
export const AdministratorLinkDto = Type.Object({
  administrator: AdministratorDto,
  link: Type.String({ description: 'Good once, for 24 hours. It is shown here alone' }),
  expiresAt: Type.String({ description: 'ISO 8601' }),
  isMailed: Type.Boolean(),
});
export type AdministratorLinkDto = Static<typeof AdministratorLinkDto>;

export const AdministratorIdDto = Type.Object({ administratorId: id });

export const UpdateAdministratorDto = Type.Object({
  administratorId: id,
  name: Type.Optional(administratorName),
  email: Type.Optional(nullable(Type.String({ maxLength: 254 }))),
  grants: Type.Optional(grants),
  state: Type.Optional(Type.Enum(['active', 'suspended'])),
  ifVersion: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Refused (409) when somebody else changed it since' }),
  ),
});
export type UpdateAdministratorDto = Static<typeof UpdateAdministratorDto>;

export const AdministratorSessionsDto = Type.Object({ list: Type.Array(ConsoleLoginDto) });
export type AdministratorSessionsDto = Static<typeof AdministratorSessionsDto>;

export const EndAdministratorSessionsDto = Type.Object({
  administratorId: id,
  loginIds: Type.Optional(
    Type.Array(id, { minItems: 1, maxItems: 100, description: 'Absent: every console login of the administrator' }),
  ),
});
export const AdministratorSessionsEndedDto = Type.Object({ ended: Type.Integer() });
