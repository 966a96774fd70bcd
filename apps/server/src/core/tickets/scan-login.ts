import type { Application } from '../applications/application.ts';
import type { LoginSession } from '../sessions/login-session.ts';
import type { TokenSet } from '../tokens/token-set.ts';
import type { User } from '../users/user.ts';

/** A login born from a scan, as handed to whoever may have it. Each generation tells it in its own words. */
export interface ScanLogin {
  user: User;
  application: Application;
  loginSession: LoginSession;
  tokenSet: TokenSet;
  /** The page asked for the person's custom data too. */
  withCustomData: boolean;
}
