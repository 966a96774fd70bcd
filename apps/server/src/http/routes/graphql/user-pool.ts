import { UpdateUserPoolDto } from '@passbeam/protocol';
import { Type } from 'typebox';
import type { Administrator } from '../../../core/management/administrator.ts';
import { requireCall } from '../../../core/management/roles.ts';
import { administratorOf } from '../../callers/administrator.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { v2UserPool } from '../../wire/v2-user-pool.ts';
import type { OperationContext, Said } from './context.ts';
import { checkFields, withoutNulls } from './fields.ts';

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

const nameSchema = Type.Object({ name: UpdateUserPoolDto.properties.userPoolName });

export function userPoolOperations(parts: Parts) {
  const { directory, userPools, securitySettings, clock } = parts;

  const poolOf = (admin: Administrator) => v2UserPool(directory.getPool(admin.userPoolId));

  return {
    userpool: async (_: unknown, { request }: OperationContext) => poolOf(await administratorOf(request, parts)),

    async updateUserpool({ input }: { input: Said<UserPoolInput> }, { request, caller }: OperationContext) {
      const admin = await administratorOf(request, parts);
      const { name, allowedOrigins, registerDisabled, qrcodeLoginStrategy } = withoutNulls(input);
      const current = poolOf(admin);
      // Clients send the whole pool back, and its own name is no change.
      const newName = name === current.name ? undefined : name;
      if (newName !== undefined) {
        requireCall(admin, 'update-userpool', clock.now());
        checkFields(nameSchema, { name: newName }, 'input');
      }
      const strategy = { ...current.qrcodeLoginStrategy, ...withoutNulls(qrcodeLoginStrategy ?? {}) };
      const { qrcodeExpiresAfter, ticketExpiresAfter, ...switches } = strategy;
      const fieldNames = {
        userPoolName: 'input.name',
        'qrcodeLoginStrategy.qrcodeExpiresIn': 'input.qrcodeLoginStrategy.qrcodeExpiresAfter',
        'qrcodeLoginStrategy.ticketExpiresIn': 'input.qrcodeLoginStrategy.ticketExpiresAfter',
      };
      await withFieldNames(fieldNames, async () => {
        await securitySettings.update(
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
        );
        if (newName !== undefined) await userPools.update(admin, { userPoolName: newName }, caller);
      });
      return poolOf(admin);
    },
  };
}
