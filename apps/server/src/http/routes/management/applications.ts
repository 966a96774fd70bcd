import {
  ApplicationDto,
  ApplicationIdDto,
  ApplicationPageDto,
  ApplicationSecretDto,
  ApplicationSimpleInfoDto,
  ApplicationSimpleInfoPageDto,
  CreateApplicationDto,
  envelope,
  IsSuccessDto,
  ListApplicationsQuery,
  UpdateApplicationDto,
} from '@passbeam/protocol';
import type { Static } from 'typebox';
import type { ApplicationManagement } from '../../../core/management/applications.ts';
import { administratorOf } from '../../callers/administrator.ts';
import { callerOf } from '../../callers/caller.ts';
import type { Parts } from '../../requests/parts.ts';
import { isTrue, pageOf } from '../../requests/query-values.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { applicationDto, applicationSimpleInfo } from '../../wire/application-dto.ts';

/** The pool's applications (wire 5.2, rows 18–22). */
export function applicationRoutes(app: App, parts: Parts): void {
  const { applicationManagement: applications, publicUrl } = parts;

  app.get(
    '/api/v3/get-application',
    {
      schema: {
        summary: 'Read one application',
        description:
          'Without its secret. Errors: 404 apiCode 2011 no such application in this pool (wire 5.2, row 18).',
        querystring: ApplicationIdDto,
        response: { 200: envelope(ApplicationDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, applicationDto(applications.get(admin, request.query.appId), publicUrl));
    },
  );

  app.get(
    '/api/v3/list-applications',
    {
      schema: {
        summary: 'List applications',
        description:
          'Oldest first. keywords is part of a name, identifier or id. Every application here is self-built: isIntegrateApp=true finds none (wire 5.2, row 19).',
        querystring: ListApplicationsQuery,
        response: { 200: envelope(ApplicationPageDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const found = await listed(admin, request.query);
      const list = found.applications.map((application) => applicationDto(application, publicUrl));
      return ok(request, { totalCount: found.totalCount, list });
    },
  );

  app.get(
    '/api/v3/get-application-simple-info',
    {
      schema: {
        summary: 'Read the few facts of an application that pages show',
        description: 'Errors: 404 apiCode 2011 no such application in this pool (wire 5.2, row 20).',
        querystring: ApplicationIdDto,
        response: { 200: envelope(ApplicationSimpleInfoDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, applicationSimpleInfo(applications.get(admin, request.query.appId), publicUrl));
    },
  );

  app.get(
    '/api/v3/list-application-simple-info',
    {
      schema: {
        summary: 'List applications, few facts of each',
        description: 'As list-applications (wire 5.2, row 20).',
        querystring: ListApplicationsQuery,
        response: { 200: envelope(ApplicationSimpleInfoPageDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const found = await listed(admin, request.query);
      const list = found.applications.map((application) => applicationSimpleInfo(application, publicUrl));
      return ok(request, { totalCount: found.totalCount, list });
    },
  );

  app.post(
    '/api/v3/create-application',
    {
      schema: {
        summary: 'Register an application',
        description:
          'It gets an id and a secret: get-application-secret shows it. Beyond the published fields: domain (shown to the person as who is asking), approvesScans and signsInDevices (off unless given), ' +
          'kind (firstParty or relyingParty, whose tokens open userinfo alone), color, termsUrl, backchannelLogoutUri with backchannelLogoutSessionRequired, pollBinding, qrPayload, appleAppIds, androidApps, appStoreUrl, androidStoreUrl, savesCustomData, allowedScopes, refreshTokenExpiresIn, customSecurityEnabled with securityOverride, enabled. ' +
          'With an idempotencyKey of your own a repeat shows the same application. ' +
          'Errors: 400 apiCode 2231 a field is not valid, 409 apiCode 2039 identifier taken (wire 5.2, row 21).',
        body: CreateApplicationDto,
        response: { 200: envelope(ApplicationDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, applicationDto(await applications.create(admin, request.body, callerOf(request)), publicUrl));
    },
  );

  app.post(
    '/api/v3/update-application',
    {
      schema: {
        summary: 'Change an application',
        description:
          'Fields that are not named stay; lists and securityOverride are replaced whole. Holds from the next request on. enabled=false stops its codes and ends its logins. ' +
          'Errors: 404 apiCode 2011 no such application in this pool, 400 apiCode 2231 a field is not valid, 409 apiCode 2039 identifier taken (wire 3.2, 3.4; wire 5.2, row 21).',
        body: UpdateApplicationDto,
        response: { 200: envelope(ApplicationDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, applicationDto(await applications.update(admin, request.body, callerOf(request)), publicUrl));
    },
  );

  app.post(
    '/api/v3/delete-application',
    {
      schema: {
        summary: 'Delete an application',
        description:
          'Its codes stop and its logins end at once, and with them the logins they confirmed elsewhere. Errors: 404 apiCode 2011 no such application in this pool (wire 5.2, row 21).',
        body: ApplicationIdDto,
        response: { 200: envelope(IsSuccessDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      await applications.remove(admin, request.body.appId, callerOf(request));
      return ok(request, { success: true });
    },
  );

  app.get(
    '/api/v3/get-application-secret',
    {
      schema: {
        summary: "Read an application's secret",
        description:
          'That it was shown is recorded. Errors: 404 apiCode 2011 no such application in this pool (wire 5.2, row 22).',
        querystring: ApplicationIdDto,
        response: { 200: envelope(ApplicationSecretDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, { secret: await applications.showSecret(admin, request.query.appId, callerOf(request)) });
    },
  );

  app.post(
    '/api/v3/refresh-application-secret',
    {
      schema: {
        summary: 'Give an application a new secret',
        description:
          'The old secret is wrong from now on. Errors: 404 apiCode 2011 no such application in this pool (wire 5.2, row 22).',
        body: ApplicationIdDto,
        response: { 200: envelope(ApplicationSecretDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, { secret: await applications.refreshSecret(admin, request.body.appId, callerOf(request)) });
    },
  );

  async function listed(
    admin: Parameters<ApplicationManagement['list']>[0],
    query: Static<typeof ListApplicationsQuery>,
  ): ReturnType<ApplicationManagement['list']> {
    if (isTrue(query.isIntegrateApp) && !isTrue(query.isSelfBuiltApp)) return { totalCount: 0, applications: [] };
    return applications.list(admin, {
      keywords: query.keywords || undefined,
      // Official clients send false when they were told nothing.
      ssoEnabled: isTrue(query.ssoEnabled) || undefined,
      ...pageOf(query),
    });
  }
}
