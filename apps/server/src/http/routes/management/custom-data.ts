import {
  type CustomFieldDto,
  CustomFieldDto as CustomFieldShape,
  DeleteCustomFieldsDto,
  envelope,
  GetCustomDataQuery,
  GetCustomFieldsQuery,
  IsSuccessDto,
  SetCustomDataDto,
  SetCustomFieldsDto,
} from '@passbeam/protocol';
import { Type } from 'typebox';
import { DomainError } from '../../../core/ground/errors.ts';
import type { CustomField } from '../../../core/users/custom/custom-fields.ts';
import { administratorOf } from '../../callers/administrator.ts';
import { callerOf } from '../../callers/caller.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

/** Custom fields and data of people (wire 5.2, rows 14, 15). Roles, groups and departments are not kept here. */
export function customDataRoutes(app: App, parts: Parts): void {
  const { customDataManagement } = parts;

  app.post(
    '/api/v3/set-custom-data',
    {
      schema: {
        summary: 'Set custom data of a person',
        description:
          'Declared fields only, each of its type; null removes one. Errors: 404 apiCode 2004 no such person, 400 a key that is not declared or a value of another type.',
        body: SetCustomDataDto,
        response: { 200: envelope(IsSuccessDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { targetType, targetIdentifier, list } = request.body;
      requireUser(targetType, 'targetType');
      await customDataManagement.write(admin, targetIdentifier, list, callerOf(request));
      return ok(request, { success: true });
    },
  );

  app.get(
    '/api/v3/get-custom-data',
    {
      schema: {
        summary: 'Read custom data of a person',
        description: 'Errors: 404 apiCode 2004 no such person.',
        querystring: GetCustomDataQuery,
        response: { 200: envelope(Type.Record(Type.String(), Type.Unknown())) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      requireUser(request.query.targetType, 'targetType');
      return ok(request, await customDataManagement.read(admin, request.query.targetIdentifier));
    },
  );

  app.post(
    '/api/v3/set-custom-fields',
    {
      schema: {
        summary: 'Declare custom fields',
        description:
          'What is not declared is not taken from a code. The type of a field cannot be changed. Names of profile fields, roles and security flags are refused.',
        body: SetCustomFieldsDto,
        response: { 200: envelope(Type.Array(CustomFieldShape)) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const { list } = request.body;
      const fields = list.map(({ targetType, key, dataType, label, options }, index) => {
        requireUser(targetType, `list.${index}.targetType`);
        const type = dataType === 'ENUM' ? 'SELECT' : dataType;
        return { key, label, dataType: type, options: options?.map(({ value }) => value) };
      });
      return ok(request, (await customDataManagement.declare(admin, fields, callerOf(request))).map(fieldDto));
    },
  );

  app.post(
    '/api/v3/delete-custom-fields',
    {
      bodyLimit: 16 * 1024,
      schema: {
        summary: 'Forget custom fields',
        description:
          'The values that people have stay, and are seen again when the field is declared again. Unknown keys are no error. Errors: 409 managed_by_file. An extension of ours.',
        body: DeleteCustomFieldsDto,
        response: { 200: envelope(IsSuccessDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      await customDataManagement.forget(admin, request.body.keys, callerOf(request));
      return ok(request, { success: true });
    },
  );

  app.get(
    '/api/v3/get-custom-fields',
    {
      schema: {
        summary: 'List custom fields',
        description: 'By key.',
        querystring: GetCustomFieldsQuery,
        response: { 200: envelope(Type.Array(CustomFieldShape)) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      requireUser(request.query.targetType, 'targetType');
      return ok(request, (await customDataManagement.fields(admin)).map(fieldDto));
    },
  );
}

function requireUser(targetType: string, field: string): void {
  if (targetType !== 'USER') throw new DomainError('unsupported_type', { field, reason: 'targetNotUser' });
}

function fieldDto({ key, label, dataType, options, createdAt }: CustomField): CustomFieldDto {
  return {
    targetType: 'USER',
    key,
    label,
    dataType: dataType === 'SELECT' ? 'ENUM' : dataType,
    createdAt: new Date(createdAt).toISOString(),
    isUnique: false,
    userEditable: true,
    visibleInAdminConsole: true,
    visibleInUserCenter: true,
    options: options.map((value) => ({ value, label: value })),
  };
}
