import type { AuditType } from '../../core/audit/event.ts';

interface Operation {
  operationType: string;
  resourceType: string;
}

/** What administrators do, in the words of the published log (AdminAuditLogDto). Complete by the compiler. */
const operations: Record<Extract<AuditType, `admin.${string}`>, Operation> = {
  'admin.access_key_created': { operationType: 'create', resourceType: 'accessKey' },
  'admin.access_key_changed': { operationType: 'update', resourceType: 'accessKey' },
  'admin.access_key_deleted': { operationType: 'delete', resourceType: 'accessKey' },
  'admin.user_created': { operationType: 'create', resourceType: 'user' },
  'admin.user_updated': { operationType: 'update', resourceType: 'user' },
  'admin.user_deleted': { operationType: 'delete', resourceType: 'user' },
  'admin.users_kicked': { operationType: 'remove', resourceType: 'userLoginState' },
  'admin.custom_data_set': { operationType: 'update', resourceType: 'user' },
  'admin.custom_fields_set': { operationType: 'update', resourceType: 'userpool' },
  'admin.custom_fields_removed': { operationType: 'update', resourceType: 'userpool' },
  'admin.application_created': { operationType: 'create', resourceType: 'application' },
  'admin.application_updated': { operationType: 'update', resourceType: 'application' },
  'admin.application_deleted': { operationType: 'delete', resourceType: 'application' },
  'admin.application_secret_shown': { operationType: 'read', resourceType: 'application' },
  'admin.application_secret_refreshed': { operationType: 'refresh', resourceType: 'application' },
  'admin.application_secret_rotated': { operationType: 'refresh', resourceType: 'application' },
  'admin.application_secret_ended': { operationType: 'update', resourceType: 'application' },
  'admin.test_message_sent': { operationType: 'create', resourceType: 'userpool' },
  'admin.userpool_created': { operationType: 'create', resourceType: 'userpool' },
  'admin.userpool_updated': { operationType: 'update', resourceType: 'userpool' },
  'admin.userpool_secret_shown': { operationType: 'read', resourceType: 'userpool' },
  'admin.userpool_secret_rotated': { operationType: 'refresh', resourceType: 'userpool' },
  'admin.userpool_secret_ended': { operationType: 'update', resourceType: 'userpool' },
  'admin.security_settings_updated': { operationType: 'update', resourceType: 'userpool' },
  'admin.sessions_ended': { operationType: 'remove', resourceType: 'userLoginState' },
  'admin.audit_exported': { operationType: 'export', resourceType: 'userpool' },
  'admin.user_import_created': { operationType: 'create', resourceType: 'userpool' },
  'admin.user_import_begun': { operationType: 'import', resourceType: 'userpool' },
  'admin.user_import_paused': { operationType: 'update', resourceType: 'userpool' },
  'admin.user_import_continued': { operationType: 'update', resourceType: 'userpool' },
  'admin.user_import_ended': { operationType: 'update', resourceType: 'userpool' },
  'admin.signing_key_rotated': { operationType: 'refresh', resourceType: 'userpool' },
};

export function operationOf(type: AuditType): Operation | null {
  return Object.hasOwn(operations, type) ? operations[type as keyof typeof operations] : null;
}

/** The event types that a filter in the log's own words means; `all` means every one. */
export function operationTypes(filter: Partial<Operation>): AuditType[] {
  const wants = (wanted: string | undefined, value: string) => !wanted || wanted === 'all' || wanted === value;
  return (Object.entries(operations) as [keyof typeof operations, Operation][])
    .filter(
      ([, operation]) =>
        wants(filter.operationType, operation.operationType) && wants(filter.resourceType, operation.resourceType),
    )
    .map(([type]) => type);
}
