import type { Administrator } from './administrator.ts';

/** Whoever holds the secret of a user pool. */
export const ownerOf = (userPoolId: string): Administrator => ({
  userPoolId,
  role: 'owner',
  reach: 'pool',
  by: { accessKeyId: userPoolId },
  freshUntil: null,
});
