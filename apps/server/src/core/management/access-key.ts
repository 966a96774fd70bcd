/** A pair of id and secret that signs management calls in the name of one pool (wire 5.1). */
export interface AccessKey {
  id: string;
  userPoolId: string;
  /** In the clear here, because signatures are recomputed with it; sealed in the store. */
  secret: string;
  /** The person the key was made for, as its maker says; null for nobody in particular. */
  userId: string | null;
  /** `staging` is a key about to be rotated out: it works until it is revoked. */
  status: 'activated' | 'staging' | 'revoked';
  createdAt: number;
  lastUsedAt: number | null;
}
