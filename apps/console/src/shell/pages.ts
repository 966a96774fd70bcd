/** The pages of a user pool in the order of the navigation. */
export const poolPages = [
  { name: 'overview', to: '/$pool/overview' },
  { name: 'applications', to: '/$pool/applications' },
  { name: 'users', to: '/$pool/users' },
  { name: 'live', to: '/$pool/live' },
  { name: 'logins', to: '/$pool/logins' },
  { name: 'audit', to: '/$pool/audit' },
  { name: 'settings', to: '/$pool/settings' },
  { name: 'keys', to: '/$pool/access-keys' },
] as const;

export type PoolPage = (typeof poolPages)[number];
