import type { AuditType } from '../../core/audit/event.ts';

/** Events of people that the published log knows, and its name for each (UserActionLogDto). */
const actions = {
  'session.created': { eventType: 'login', success: true },
  'user.sign_in_failed': { eventType: 'login', success: false },
  'session.revoked': { eventType: 'logout', success: true },
  'user.created': { eventType: 'register', success: true },
  // The spelling is the contract's.
  'user.updated': { eventType: 'updateUserPrefile', success: true },
  'user.password_changed': { eventType: 'updateUserPassword', success: true },
  'user.deleted': { eventType: 'deleteAccount', success: true },
} as const satisfies Partial<Record<AuditType, { eventType: string; success: boolean }>>;

type ActionType = keyof typeof actions;

export function actionOf(type: AuditType): (typeof actions)[ActionType] | null {
  return Object.hasOwn(actions, type) ? actions[type as ActionType] : null;
}

/** The event types that a filter in the log's own words means. */
export function actionTypes(filter: { eventType?: string; success?: boolean }): AuditType[] {
  return (Object.keys(actions) as ActionType[]).filter((type) => {
    const { eventType, success } = actions[type];
    return (filter.eventType || eventType) === eventType && (filter.success ?? success) === success;
  });
}
