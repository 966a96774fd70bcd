import { momentOf } from '../../../core/users/custom-fields.ts';
import type { User } from '../../../core/users/user.ts';
import { v2CustomData, v2User } from '../../wire/v2-user.ts';
import type { OperationContext } from './context.ts';

/** What the caller holds, to be told back: clients replace the token they keep with the one in the reply, be it null. */
export interface HeldToken {
  token: string;
  tokenExpiredAt: number;
}

/** The V2 user with what GraphQL says differently: custom data is a list, and every field may be asked for. */
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

/** The official client reads a moment as a number; it writes it in ISO 8601. */
function withMilliseconds(datum: ReturnType<typeof v2CustomData>[number]) {
  return datum.dataType === 'DATETIME' ? { ...datum, value: String(momentOf(datum.value)) } : datum;
}
