import type { User } from '../users/user.ts';
import type { LoginSession } from './login-session.ts';
import type { Action, LoginKind } from './rights.ts';

/** A caller who proved by a token of ours to be a user, and whose login may do `action`. A use case names the action it needs. */
export interface SignedIn<A extends Action = Action> {
  action: A;
  user: User;
  loginSession: LoginSession;
  /** Of the login: what it may do beyond the action. */
  kinds: readonly LoginKind[];
  applicationId: string;
  scope: string;
  expiresAt: number;
}
