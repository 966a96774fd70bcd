import { momentOf } from '../../../core/users/custom/custom-fields.ts';
import type { User } from '../../../core/users/user.ts';
import { v2CustomData, v2User } from '../../wire/v2-user.ts';
import type { OperationContext } from './context.ts';

/** The caller's token, to be given back: official clients keep the token that a reply has, even null. */
export interface HeldToken {
  token: string;
  tokenExpiredAt: number;
}

/** The V2 user as GraphQL has it: custom data is a list, and every field may be asked for. */
export function graphqlUser(
  user: User,
  options: { publicUrl: string; held?: HeldToken | undefined; newlyCreated?: boolean },
) {
  return {
    ...v2User(user, { publicUrl: options.publicUrl, ...options.held }),
    newlyCreated: options.newlyCreated ?? false,
    customData: async (_: unknown, { declaredFields }: Pick<OperationContext, 'declaredFields'>) =>
      v2CustomData(user.customData, await declaredFields(user.userPoolId)).map(withMilliseconds),
  };
}

/** A moment in milliseconds: the official client writes moments in ISO 8601, and reads them as numbers. */
function withMilliseconds(datum: ReturnType<typeof v2CustomData>[number]) {
  return datum.dataType === 'DATETIME' ? { ...datum, value: String(momentOf(datum.value)) } : datum;
}
