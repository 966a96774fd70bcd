import {
  envelopeV2,
  UpdateProfileDto,
  type V2CustomDataDto,
  V2CustomDataDto as V2CustomDataShape,
  V2CustomDatum,
  V2MeQuery,
  V2RefreshedUser,
  V2SecurityLevel,
  V2SetCustomDataDto,
  V2User,
} from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { DomainError } from '../../../core/ground/errors.ts';
import type { Action } from '../../../core/sessions/rights.ts';
import type { SignedIn } from '../../../core/sessions/signed-in.ts';
import { bearerOf } from '../../../core/tokens/bearer.ts';
import type { User } from '../../../core/users/user.ts';
import { callerOf } from '../../callers/caller.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { isTrue } from '../../requests/query-values.ts';
import { okV2 } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { securityInfo } from '../../wire/my-logins.ts';
import { v2CustomData, v2User } from '../../wire/v2-user.ts';

const bodyLimit = 32 * 1024;
const needsLogin =
  'Needs an access token, an ID token or a V2 login token in authorization (raw or Bearer). Errors: 2020 not signed in.';

/** The calls of the phone SDKs by which signed-in people read and change their own account (wire 4.6). */
export function v2AccountRoutes(scope: App, parts: Parts): void {
  const { directory, v2LoginTokens, profiles, accountDeletion, customDataManagement, clock, publicUrl } = parts;

  const signedInBy = <A extends Action>(request: FastifyRequest, action: A) =>
    v2LoginTokens.authenticate(request.headers.authorization, action);

  /** The user with the token that the caller sent, because clients keep the token they read here. */
  function own(request: FastifyRequest, signedIn: SignedIn, user: User, withCustomData: boolean): V2User {
    const token = bearerOf(request.headers.authorization) ?? undefined;
    return v2User(user, { publicUrl, token, tokenExpiredAt: signedIn.expiresAt, withCustomData });
  }

  const customDataOf = async (user: User) => v2CustomData(user.customData, await customDataManagement.fields(user));

  for (const url of ['/api/v2/users/me', '/api/v2/users/me/info']) {
    scope.get(
      url,
      {
        schema: {
          summary: 'Read the own profile',
          description: needsLogin,
          querystring: V2MeQuery,
          response: { 200: envelopeV2(V2User) },
        },
      },
      async (request) => {
        const signedIn = await signedInBy(request, 'readProfile');
        const { withCustomData, with_custom_data: sameInSnakeCase } = request.query;
        const isWanted = isTrue(withCustomData ?? sameInSnakeCase);
        return okV2(own(request, signedIn, signedIn.user, isWanted));
      },
    );
  }

  scope.get(
    '/api/v2/users/me/security-level',
    {
      schema: {
        summary: 'Read how well the own account is protected',
        description: needsLogin,
        response: { 200: envelopeV2(V2SecurityLevel) },
      },
    },
    async (request) => {
      const { user } = await signedInBy(request, 'readProfile');
      const { securityScore, emailBinded, phoneBinded, passwordSet, ...rest } = securityInfo(user);
      return okV2({
        score: securityScore,
        email: emailBinded,
        phone: phoneBinded,
        password: passwordSet,
        passwordSecurityLevel: passwordSet ? rest.passwordSecurityLevel : null,
        mfa: rest.mfaEnrolled,
      });
    },
  );

  scope.post(
    '/api/v2/users/profile/update',
    {
      bodyLimit,
      schema: {
        summary: 'Change the own profile',
        description: `${needsLogin} Null clears a field, an absent one stays; keys of customData are merged. 2026 username or externalId taken, 2231 a field is not valid.`,
        body: UpdateProfileDto,
        response: { 200: envelopeV2(V2User) },
      },
    },
    async (request) => {
      const signedIn = await signedInBy(request, 'changeNicknameAndPhoto');
      const user = await profiles.update(signedIn, request.body, callerOf(request));
      return okV2(own(request, signedIn, user, request.body.customData !== undefined));
    },
  );

  scope.post(
    '/api/v2/users/refresh-token',
    {
      bodyLimit,
      schema: {
        summary: 'A new V2 login token for the same login',
        description: `${needsLogin} The new token lives 15 days, and no longer than the login.`,
        response: { 200: envelopeV2(V2RefreshedUser) },
      },
    },
    async (request) => {
      const { user, loginSession, applicationId } = await signedInBy(request, 'renewLoginToken');
      const issuedAt = clock.now();
      const application = directory.getApplication(applicationId);
      const held = await v2LoginTokens.mint({ user, application, loginSession, issuedAt });
      return okV2({
        ...v2User(user, { publicUrl, ...held }),
        iat: Math.floor(issuedAt / 1000),
        exp: Math.floor(held.tokenExpiredAt / 1000),
      });
    },
  );

  scope.delete(
    '/api/v2/users/delete',
    {
      bodyLimit,
      schema: {
        summary: 'Delete the own account',
        description: `${needsLogin} For good, with every login of the person. Phones send no proof, so the login must be one of the last ten minutes, and have come from no scan: 2206 sign in again, 1001 a login that came from a scan.`,
        response: { 200: envelopeV2(Type.Null()) },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      await accountDeletion.deleteProved(request.headers.authorization, caller, async () => {
        const signedIn = await signedInBy(request, 'deleteAccount');
        accountDeletion.requireRecentLogin(signedIn);
        return signedIn;
      });
      return okV2();
    },
  );

  scope.post(
    '/api/v2/udvs/get',
    {
      bodyLimit,
      schema: {
        summary: 'Read the own custom data, as a bare list',
        description: `${needsLogin} Phones ask this after every login; there is no envelope around the list. 1001 somebody else's.`,
        body: V2CustomDataShape,
        response: { 200: Type.Array(V2CustomDatum) },
      },
    },
    async (request) => {
      const { user } = await signedInBy(request, 'readProfile');
      requireSelf(request.body, user);
      return customDataOf(user);
    },
  );

  scope.get(
    '/api/v2/udfs/values',
    {
      schema: {
        summary: 'Read the own custom data',
        description: `${needsLogin} 1001 somebody else's.`,
        querystring: V2CustomDataShape,
        response: { 200: envelopeV2(Type.Array(V2CustomDatum)) },
      },
    },
    async (request) => {
      const { user } = await signedInBy(request, 'readProfile');
      requireSelf(request.query, user);
      return okV2(await customDataOf(user));
    },
  );

  scope.post(
    '/api/v2/udfs/values',
    {
      bodyLimit,
      schema: {
        summary: 'Change the own custom data',
        description: `${needsLogin} Keys are merged into what is there, null removes one. 2231 not valid or too much.`,
        body: V2SetCustomDataDto,
        response: { 200: envelopeV2(Type.Array(V2CustomDatum)) },
      },
    },
    async (request) => {
      const signedIn = await signedInBy(request, 'changeCustomData');
      const customData = Object.fromEntries(
        request.body.udfs.map(({ definition, value }) => [
          typeof definition === 'string' ? definition : definition.key,
          value,
        ]),
      );
      const user = await withFieldNames({ customData: 'udfs' }, () =>
        profiles.update(signedIn, { customData }, callerOf(request)),
      );
      return okV2(await customDataOf(user));
    },
  );
}

function requireSelf({ targetType, targetId }: V2CustomDataDto, user: User): void {
  if (targetType !== 'USER')
    throw new DomainError('unsupported_type', { field: 'targetType', reason: 'targetNotUser' });
  if (targetId !== user.id) throw new DomainError('permission_denied', { field: 'targetId' });
}
