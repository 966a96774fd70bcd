import type { AuditEvent } from '../audit/event.ts';
import type { LoginSession } from '../sessions/login-session.ts';
import type { Room } from '../sessions/room.ts';
import type { RefreshToken } from '../tokens/store.ts';
import type { AuthorizationCode } from './code.ts';
import type { Interaction } from './interaction.ts';

export interface InteractionStore {
  insert(interaction: Interaction): Promise<void>;
  find(idHash: string): Promise<Interaction | null>;
  /**
   * Writes `next` over the version before it, together with the code, the consent and the event that the step gives. False, and nothing
   * is written, when another writer was first.
   */
  replace(next: Interaction, gives?: StepGives): Promise<boolean>;
  /** Deletes up to `limit` that expired before `before`; returns how many. */
  purge(before: number, limit: number): Promise<number>;
}

/** What a step gives beside the interaction as it is afterwards. */
export interface StepGives {
  code?: AuthorizationCode;
  consent?: Consent;
  event?: AuditEvent;
}

/** What a person agreed to give an application. */
export interface Consent {
  userId: string;
  applicationId: string;
  scope: string;
  givenAt: number;
}

export interface ConsentStore {
  find(userId: string, applicationId: string): Promise<Consent | null>;
  /** What the person agreed to, newest first, up to `limit`. */
  listOf(userId: string, limit: number): Promise<Consent[]>;
  /**
   * Takes a consent back, with what came of it, in one transaction: codes that nobody redeemed, devices that wait, and the person's logins
   * with the application. Returns how many logins ended; null, and nothing is written, when there is no such consent.
   */
  withdraw(userId: string, applicationId: string, at: number, event: AuditEvent): Promise<number | null>;
}

/** What the redemption of a code gives. */
export interface CodeRedemption {
  codeHash: string;
  at: number;
  loginSession: LoginSession;
  room: Room;
  refreshToken: RefreshToken | null;
  event: AuditEvent;
}

export interface AuthorizationCodeStore {
  insert(code: AuthorizationCode): Promise<void>;
  find(codeHash: string): Promise<AuthorizationCode | null>;
  /**
   * Marks the code as redeemed and opens the login, in one transaction. Of racing callers, on whichever nodes, one gets true; for the
   * others nothing is written.
   */
  redeem(redemption: CodeRedemption): Promise<boolean>;
  /** Deletes up to `limit` that expired before `before`; returns how many. */
  purge(before: number, limit: number): Promise<number>;
}
