import { DomainError } from '../../../core/ground/errors.ts';
import type { Administrator } from '../../../core/management/administrator.ts';
import { administratorOf } from '../../callers/administrator.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { v2UserPool } from '../../wire/v2-user-pool.ts';
import type { OperationContext, Said } from './context.ts';
import { withoutNulls } from './fields.ts';

interface UserPoolInput {
  name: string;
  registerDisabled: boolean;
  allowedOrigins: string;
  qrcodeLoginStrategy: Said<{
    qrcodeExpiresAfter: number;
    ticketExpiresAfter: number;
    returnFullUserInfo: boolean;
    allowExchangeUserInfoFromBrowser: boolean;
  }>;
}

export function userPoolOperations(parts: Parts) {
  const { directory, securitySettings } = parts;

  const poolOf = (admin: Administrator) => v2UserPool(directory.getPool(admin.userPoolId));

  return {
    userpool: async (_: unknown, { request }: OperationContext) => poolOf(await administratorOf(request, parts)),

    async updateUserpool({ input }: { input: Said<UserPoolInput> }, { request, caller }: OperationContext) {
      const admin = await administratorOf(request, parts);
      const { name, allowedOrigins, registerDisabled, qrcodeLoginStrategy } = withoutNulls(input);
      const current = poolOf(admin);
      if (name !== undefined && name !== current.name) {
        throw new DomainError('invalid_argument', { field: 'input.name', reason: 'unchangeable' });
      }
      const strategy = { ...current.qrcodeLoginStrategy, ...withoutNulls(qrcodeLoginStrategy ?? {}) };
      const { qrcodeExpiresAfter, ticketExpiresAfter, ...switches } = strategy;
      const fieldNames = {
        'qrcodeLoginStrategy.qrcodeExpiresIn': 'input.qrcodeLoginStrategy.qrcodeExpiresAfter',
        'qrcodeLoginStrategy.ticketExpiresIn': 'input.qrcodeLoginStrategy.ticketExpiresAfter',
      };
      await withFieldNames(fieldNames, () =>
        securitySettings.update(
          admin,
          {
            ...(registerDisabled === undefined ? {} : { registerDisabled }),
            ...(allowedOrigins === undefined ? {} : { allowedOrigins: allowedOrigins.split(/\s+/).filter(Boolean) }),
            ...(qrcodeLoginStrategy === undefined
              ? {}
              : {
                  qrcodeLoginStrategy: {
                    ...switches,
                    qrcodeExpiresIn: qrcodeExpiresAfter,
                    ticketExpiresIn: ticketExpiresAfter,
                  },
                }),
          },
          caller,
        ),
      );
      return poolOf(admin);
    },
  };
}
