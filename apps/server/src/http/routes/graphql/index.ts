import { GraphqlDto, GraphqlReplyDto } from '@passbeam/protocol';
import { execute } from 'graphql';
import type { CustomField } from '../../../core/users/custom/custom-fields.ts';
import { nameOperation } from '../../callers/administrator.ts';
import { callerOf } from '../../callers/caller.ts';
import { toDomainError } from '../../requests/errors.ts';
import type { Parts } from '../../requests/parts.ts';
import type { App } from '../../server/app.ts';
import type { OperationContext } from './context.ts';
import { readDocument, rootField } from './document.ts';
import { causeOf, writeGraphqlError } from './errors.ts';
import { createOperations } from './operations.ts';
import { schema } from './schema/schema.ts';

/** `POST /graphql/v2` (wire 4.6), in a scope of its own, because its refusals have a form of their own. */
export function graphqlRoutes(app: App, parts: Parts): void {
  const operations = createOperations(parts);

  function declaredOnce(): OperationContext['declaredFields'] {
    const asked = new Map<string, Promise<CustomField[]>>();
    return (userPoolId) => {
      const fields = asked.get(userPoolId) ?? parts.customDataManagement.fields({ userPoolId });
      asked.set(userPoolId, fields);
      return fields;
    };
  }

  app.register(async (scope: App) => {
    scope.setErrorHandler((error, request, reply) =>
      writeGraphqlError(toDomainError(error, request, parts), request, reply),
    );

    scope.post(
      '/graphql/v2',
      {
        bodyLimit: 16 * 1024,
        schema: {
          tags: ['v2'],
          summary: 'Sign in, register and manage users by GraphQL',
          description:
            'The operations authing-js-sdk sends: loginByUsername, loginByEmail, loginByPhonePassword, loginByPhoneCode, registerByUsername, registerByEmail, registerByPhoneCode, sendEmail, resetPassword, ' +
            'resetPasswordByFirstLoginToken, user, updateUser, updatePassword, bindEmail, bindPhone, updateEmail, updatePhone, unbindEmail, unbindPhone, refreshToken, checkLoginStatus, udv, setUdv, setUdvBatch, removeUdv; with a management token of accessToken also users, searchUser, findUser, userBatch, createUser, deleteUser, udf, setUdf, removeUdf, udfValueBatch, setUdfValueBatch, userpool and others. Passwords are RSA-encrypted with the key of GET /api/v2/.well-known. A document holds one operation with one field at its root; introspection is off. ' +
            'Refusals have HTTP status 200 and errors[0].message is an object: {code, message, data}. Codes: 2333 wrong account or password, 2005 too many failures, 2016 new password not decryptable, ' +
            '2020 not signed in, 2231 the document or a variable is not valid.',
          body: GraphqlDto,
          response: { 200: GraphqlReplyDto },
        },
      },
      async (request, reply) => {
        const { query, variables, operationName } = request.body;
        const document = readDocument(query);
        nameOperation(request, rootField(document));
        const result = await execute({
          schema,
          document,
          rootValue: operations,
          contextValue: {
            request,
            caller: callerOf(request),
            declaredFields: declaredOnce(),
          } satisfies OperationContext,
          variableValues: variables ?? {},
          operationName: operationName ?? null,
        });
        const [error] = result.errors ?? [];
        if (error !== undefined)
          return writeGraphqlError(toDomainError(causeOf(error), request, parts), request, reply);
        return { data: result.data };
      },
    );
  });
}
