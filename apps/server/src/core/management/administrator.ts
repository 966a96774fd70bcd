/** Who administers a pool: an access key, or the pool's own secret (wire 5.1). Pools never see each other. */
export interface Administrator {
  userPoolId: string;
  /** The key's id; the pool's id when its secret signed. */
  accessKeyId: string;
}
