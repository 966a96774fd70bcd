import { type RoleDto as Role, roles } from '@passbeam/protocol';
import { DomainError } from '../ground/errors.ts';
import type { Administrator } from './administrator.ts';

export type { Role };

/** Whether somebody of the role `held` may do what needs the role `needed`: each role includes the one before. */
export const includes = (held: Role, needed: Role): boolean => roles.indexOf(held) >= roles.indexOf(needed);

/** How old the proof of a console login may be for what can do the most harm. */
export const freshProofSeconds = 5 * 60;

/** What a management call needs of its caller. */
export interface Need {
  role: Role;
  /** A console login must have proved password and second factor within the last minutes. Keys sign each call anew. */
  isFresh: boolean;
}

/**
 * The role that each management call needs: the one place that says so. Calls of v3 are named by the last part of their address, those
 * of v2 by method and address, operations of GraphQL by their names. What is not listed is refused to everybody.
 */
const calls: Record<Role, { always: readonly string[]; freshly: readonly string[] }> = {
  viewer: {
    always: [
      ...['get-application', 'get-application-simple-info', 'list-applications', 'list-application-simple-info'],
      ...['get-user', 'get-user-batch', 'list-users', 'search-users', 'is-user-exists'],
      ...['get-user-loggedin-apps', 'get-user-login-history', 'list-user-sessions'],
      ...['get-custom-data', 'get-custom-fields', 'get-security-settings', 'get-global-mfa-settings'],
      ...['get-admin-audit-logs', 'get-user-action-logs', 'list-audit-events', 'list-signing-keys'],
      ...['get-scan-statistics', 'get-userpool-summary', 'list-live-codes', 'list-refused-origins'],
      ...['list-user-imports', 'get-user-import', 'get-user-import-report'],
      'export-user-import-report',
      ...['list-userpools', 'get-userpool', 'list-application-secrets', 'list-userpool-secrets'],
      ...['get-security-report', 'list-warnings', 'get-installation', 'export-configuration'],
      ...['GET /api/v2/analysis/audit', 'GET /api/v2/analysis/user-action', 'GET /api/v2/applications'],
      ...['GET /api/v2/applications/:id', 'GET /api/v2/userpools/detail', 'GET /api/v2/users/:id'],
      ...['GET /api/v2/users/login-status', 'POST /api/v2/users/batch', 'GET /api/v2/users/is-user-exists'],
      'GET /api/v2/users/find',
      'POST /api/v2/password/check',
      ...['users', 'userBatch', 'searchUser', 'findUser', 'user', 'udf', 'udv', 'udfValueBatch', 'userpool'],
      ...['isUserExists'],
    ],
    freshly: [],
  },
  operator: {
    always: [
      ...['create-application', 'update-application', 'update-security-settings'],
      ...['create-user', 'create-users-batch', 'update-user', 'set-custom-data', 'kick-users', 'end-user-sessions'],
      ...['set-custom-fields', 'delete-custom-fields', 'end-qrcodes'],
      ...['create-user-import', 'upload-user-import', 'stop-user-import'],
      ...['pause-user-import', 'continue-user-import'],
      ...['get-message-settings', 'send-test-message'],
      // Codes in the name of the pool's backend, which tells whom the phone is shown.
      ...['gene-qrcode', 'POST /api/v2/qrcode/gene', 'POST /api/qrcode/gene'],
      ...['POST /api/v2/users/kick', 'GET /logout'],
      ...['createUser', 'updateUser', 'setUdf', 'removeUdf', 'setUdv', 'setUdvBatch', 'removeUdv'],
      ...['setUdfValueBatch', 'updateUserpool'],
    ],
    freshly: ['export-audit-events'],
  },
  owner: {
    always: ['list-access-key', 'update-userpool'],
    freshly: [
      ...[
        'get-application-secret',
        'refresh-application-secret',
        'rotate-application-secret',
        'end-application-secret',
      ],
      ...[
        'create-userpool',
        'rotate-userpool-secret',
        'show-next-userpool-secret',
        'show-next-application-secret',
        'end-userpool-secret',
        'rotate-signing-key',
      ],
      ...['get-access-key', 'create-access-key', 'update-access-key', 'delete-access-key'],
      ...['delete-application', 'delete-users-batch', 'end-sessions'],
      ...['deleteUser', 'deleteUsers'],
      // Whoever exchanges a ticket holds the person's tokens.
      'exchange-tokenset-with-qrcode-ticket',
      ...['POST /api/v2/qrcode/userinfo', 'POST /api/qrcode/userinfo'],
    ],
  },
};

/** Every call in the table, with what it needs. */
export const needs: ReadonlyMap<string, Need> = new Map<string, Need>(
  roles.flatMap((role) => [
    ...calls[role].always.map((call) => [call, { role, isFresh: false }] as [string, Need]),
    ...calls[role].freshly.map((call) => [call, { role, isFresh: true }] as [string, Need]),
  ]),
);

type Held = Pick<Administrator, 'role' | 'freshUntil'>;

/** @throws DomainError permission_denied, fresh_proof_required */
export function requireCall(admin: Held, call: string, now: number): void {
  const need = needs.get(call);
  if (need === undefined) throw new DomainError('permission_denied', { reason: 'callOfNoRole' });
  requireRole(admin, need, now);
}

/** For what a call may or may not do, by what it is sent. @throws DomainError permission_denied, fresh_proof_required */
export function requireRole({ role, freshUntil }: Held, need: Need, now: number): void {
  if (!includes(role, need.role)) throw new DomainError('permission_denied', { reason: ['roleTooLow', need.role] });
  if (need.isFresh && freshUntil !== null && freshUntil <= now) {
    throw new DomainError('fresh_proof_required', { next: { maxAge: freshProofSeconds } });
  }
}
