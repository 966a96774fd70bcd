import type { User } from '../users/user.ts';
import type { LoginSession } from './login-session.ts';
import type { Action } from './rights.ts';

/** A caller who proved to be a user by a token of ours, and whose login may do `action`: use cases say which one they need. */
export interface SignedIn<A extends Action = Action> {
  action: A;
  user: User;
  loginSession: LoginSession;
  applicationId: string;
  scope: string;
  expiresAt: number;
}
