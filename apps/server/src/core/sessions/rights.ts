import type { ErrorCode } from '@passbeam/protocol';
import { DomainError } from '../ground/errors.ts';
import type { LoginSession } from './login-session.ts';

/** What can be done with a login. Every call that takes one names the action it is for. */
export const actions = {
  readProfile: 'read the own profile, with its custom data',
  readLogins: 'read where the person is logged in, and the history of that',
  renewTokens: 'get new tokens for the same login',
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

/** How a login was born. */
export const loginKinds = ['ownSignIn', 'scanBorn'] as const;
export type LoginKind = (typeof loginKinds)[number];

/**
 * What each kind of login may do: the one place that says so. A scan can be phished (threats T1), so the login it gives
 * must not become a way to sign in for good, nor end what its person holds (threats T19). Whatever is not listed is refused.
 */
const rights: Record<LoginKind, 'everything' | readonly Action[]> = {
  ownSignIn: 'everything',
  scanBorn: ['readProfile', 'readLogins', 'renewTokens', 'endThisLogin', 'changeNicknameAndPhoto'],
};

const refusals: Record<LoginKind, ErrorCode> = {
  ownSignIn: 'permission_denied',
  scanBorn: 'qr_born_login',
};

type Birth = Pick<LoginSession, 'amr' | 'parentId'>;

/** The kind is read from the stored login and never from a token, so all tokens of a login have its rights and no more. */
export function loginKindOf({ amr, parentId }: Birth): LoginKind {
  return amr.includes('qr') || parentId !== null ? 'scanBorn' : 'ownSignIn';
}

export function mayDo(kind: LoginKind, action: Action): boolean {
  const allowed = rights[kind];
  return allowed === 'everything' || allowed.includes(action);
}

/** @throws DomainError qr_born_login */
export function requireRight(login: Birth, action: Action): void {
  const kind = loginKindOf(login);
  if (!mayDo(kind, action)) throw new DomainError(refusals[kind]);
}
