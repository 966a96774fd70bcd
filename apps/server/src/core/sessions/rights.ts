import type { ErrorCode, Reason } from '@passbeam/protocol';
import type { Application } from '../directory/application.ts';
import { DomainError } from '../ground/errors.ts';
import type { LoginSession } from './login-session.ts';

/** What can be done with a login. Every call that takes one names the action it is for. */
export const actions = {
  readClaims: 'read the claims of userinfo that its scopes cover',
  readProfile: 'read the own profile, with its custom data',
  readLogins: 'read where the person is logged in, and the history of that',
  renewTokens: 'get new tokens for its refresh token',
  renewLoginToken: 'get a new V2 token, or tokens for a V2 or ID token, of the same login',
  endThisLogin: 'end the login that asks',
  changeNicknameAndPhoto: 'change the own nickname and photo',
  changeProfile: 'change username, externalId and the other fields of the profile',
  changeCustomData: 'change the own custom data',
  changeContacts: 'bind, replace and remove an e-mail address or phone, and ask for the codes of that',
  changePassword: 'set or change the own password',
  endOtherLogins: 'end other logins of the person',
  deleteAccount: 'delete the own account, and ask for the codes of that',
  approveCodes: 'SCAN, CONFIRM and CANCEL codes',
} as const satisfies Record<string, string>;

export type Action = keyof typeof actions;

/** How a login was born, and whom it was given to. One login may be of several kinds. */
export const loginKinds = ['ownSignIn', 'redirect', 'scanBorn', 'device', 'relyingParty', 'ownToken'] as const;
export type LoginKind = (typeof loginKinds)[number];

/** Of logins that were let in from afar: they take nothing away from their person. */
const fromAfar: readonly Action[] = [
  ...(['readClaims', 'readProfile', 'readLogins', 'renewTokens', 'renewLoginToken'] as const),
  ...(['endThisLogin', 'changeNicknameAndPhoto'] as const),
];

/**
 * What each kind of login may do: the one place that says so. A scan can be phished (threats T1), and so can the code of a device, even
 * where the person types their password for it. So the login that either gives must not become a way to sign in for good, nor end
 * what its person holds (threats T19). A relying party is somebody else's product, which gets to know a person and no power over their
 * account. A token of the company's own was made for somebody else, and is taken for what a phone does with codes. Whatever is not
 * listed is refused.
 */
const rights: Record<LoginKind, 'everything' | readonly Action[]> = {
  ownSignIn: 'everything',
  redirect: 'everything',
  scanBorn: fromAfar,
  device: fromAfar,
  relyingParty: ['readClaims', 'renewTokens'],
  ownToken: ['approveCodes'],
};

const refusals: Record<LoginKind, [ErrorCode, Reason?]> = {
  ownSignIn: ['permission_denied'],
  redirect: ['permission_denied'],
  scanBorn: ['qr_born_login'],
  device: ['permission_denied', 'loginOfDevice'],
  relyingParty: ['permission_denied', 'loginOfRelyingParty'],
  ownToken: ['not_signed_in'],
};

type Birth = Pick<LoginSession, 'amr' | 'parentId' | 'birth'>;

/**
 * The kinds are read from the stored login and its application, never from a token, so all tokens of a login have its
 * rights and no more. Where a login is of several kinds it may do what each of them may.
 */
export function kindsOf({ amr, parentId, birth }: Birth, { kind }: Pick<Application, 'kind'>): LoginKind[] {
  const isScanBorn = amr.includes('qr') || parentId !== null;
  return [
    ...(isScanBorn ? (['scanBorn'] as const) : []),
    ...(birth === 'device' ? (['device'] as const) : []),
    ...(kind === 'relyingParty' ? (['relyingParty'] as const) : []),
    ...(birth === 'device' || isScanBorn ? [] : [birth === 'signIn' ? ('ownSignIn' as const) : birth]),
  ];
}

export function mayDo(kind: LoginKind, action: Action): boolean {
  const allowed = rights[kind];
  return allowed === 'everything' || allowed.includes(action);
}

/** @throws DomainError qr_born_login, permission_denied */
export function requireRight(kinds: readonly LoginKind[], action: Action): void {
  const refusing = kinds.find((kind) => !mayDo(kind, action));
  if (refusing === undefined) return;
  const [code, reason] = refusals[refusing];
  throw new DomainError(code, reason === undefined ? {} : { reason });
}
