// One interface for each table, and all of them together: whoever writes a query looks here for every column there is.
import type { QrDoor } from '@passbeam/protocol';
import type { Generated } from 'kysely';
import type { AuditType } from '../../../core/audit/event.ts';
import type { DeviceGrant } from '../../../core/devices/device-grant.ts';
import type {
  ApplicationKind,
  PollBinding,
  QrPayloadForm,
  TokenEndpointAuthMethod,
} from '../../../core/directory/application.ts';
import type { AccessKey } from '../../../core/management/access-key.ts';
import type { UserImport } from '../../../core/management/imports/import.ts';
import type { StoredQrStatus } from '../../../core/qr/session.ts';
import type { LoginSession } from '../../../core/sessions/login-session.ts';
import type { CustomFieldType } from '../../../core/users/custom/custom-fields.ts';
import type { User } from '../../../core/users/user.ts';

/** The tables as both engines see them. Instants are epoch milliseconds, JSON is text, yes or no is 1 or 0. */
export interface Schema {
  user_pools: UserPoolTable;
  applications: ApplicationTable;
  users: UserTable;
  deleted_users: { id: string };
  identities: IdentityTable;
  custom_fields: CustomFieldTable;
  passcodes: PasscodeTable;
  uses: UseTable;
  sign_in_failures: SignInFailureTable;
  qr_sessions: QrSessionTable;
  redemptions: RedemptionTable;
  device_grants: DeviceGrantTable;
  login_sessions: LoginSessionTable;
  sso_logins: SsoLoginTable;
  interactions: InteractionTable;
  authorization_codes: AuthorizationCodeTable;
  consents: ConsentTable;
  refresh_tokens: RefreshTokenTable;
  revoked_tokens: RevokedTokenTable;
  signing_keys: SigningKeyTable;
  audit_events: AuditEventTable;
  leases: LeaseTable;
  user_imports: UserImportTable;
  user_import_batches: UserImportBatchTable;
  user_import_refusals: UserImportRefusalTable;
  user_import_seen: UserImportSeenTable;
  scan_statistics: ScanStatisticsTable;
  access_keys: AccessKeyTable;
  administrators: AdministratorTable;
  administrator_census: { id: number; version: number };
  console_links: ConsoleLinkTable;
  console_logins: ConsoleLoginTable;
  sealed_keys: SealedKeyTable;
  directory_version: DirectoryVersionTable;
  secrets: SecretTable;
  configuration_applied: ConfigurationAppliedTable;
  refused_origins: RefusedOriginTable;
  nodes: NodeTable;
  logout_notices: LogoutNoticeTable;
}

export interface UserPoolTable extends KeptColumns {
  id: string;
  name: string;
  sealed_secret: string;
  security_settings: string;
  /** A list as JSON; null: nothing. */
  sealed_own_tokens: string | null;
  /** `PoolBrand` as JSON; null: none. */
  brand: string | null;
  /** `PoolDefaults` as JSON; null: as they are. */
  defaults: string | null;
  created_at: number;
  updated_at: number;
}

/** What pools and applications have alike: `Kept` of the core. */
interface KeptColumns {
  version: number;
  updated_by: string | null;
  /** `Managed` as JSON; null: by nobody. */
  managed: string | null;
  /** A list as JSON; null: none. */
  sealed_older_secrets: string | null;
}

export interface ApplicationTable extends KeptColumns {
  id: string;
  user_pool_id: string;
  kind: ApplicationKind;
  name: string;
  sealed_secret: string;
  domain: string | null;
  logo_url: string | null;
  color: string | null;
  terms_url: string | null;
  redirect_uris: string;
  logout_redirect_uris: string;
  token_endpoint_auth_method: TokenEndpointAuthMethod;
  enabled: number;
  approves_scans: number;
  signs_in_devices: number;
  /** Null: it is not told of logouts. */
  backchannel_logout_uri: string | null;
  backchannel_logout_session_required: number;
  poll_binding: PollBinding;
  qr_payload: QrPayloadForm;
  /** `AppLinks` as JSON; null: nothing. */
  app_links: string | null;
  custom_security_enabled: number;
  security_override: string;
  saves_custom_data: number;
  /** A list as JSON; null: every scope offered. */
  allowed_scopes: string | null;
  /** Null: the default. */
  refresh_token_expires_in: number | null;
  identifier: string | null;
  sso_enabled: number;
  profile: string;
  created_at: number;
  updated_at: number;
}

export interface UserTable {
  id: string;
  user_pool_id: string;
  status: User['status'];
  status_changed_at: number | null;
  username: string | null;
  username_lower: string | null;
  /** The one form of usernames; null while a row waits to be folded, and where somebody else has it. */
  username_folded: string | null;
  /** The skeleton that look-alike usernames share (UTS #39); the second one of the capitals as written, where that differs. */
  username_looks: string | null;
  username_looks_cased: string | null;
  email: string | null;
  email_lower: string | null;
  email_verified: number;
  phone: string | null;
  /** The one form of phones; null as `username_folded` is. */
  phone_e164: string | null;
  phone_country_code: string | null;
  phone_verified: number;
  external_id: string | null;
  /** The externalId that nobody but an operator, an import or a token gave; of no effect where it is not the present one. */
  vouched_external_id: string | null;
  profile: string;
  custom_data: string;
  password_hash: string | null;
  password_last_set_at: number | null;
  password_security_level: number;
  reset_password_on_next_login: number;
  user_source_type: User['userSourceType'];
  register_source: string;
  logins_count: number;
  last_login: number | null;
  last_ip: string | null;
  last_login_app: string | null;
  created_at: number;
  updated_at: number;
  version: number;
  /** The version that the folded columns were made of: earlier releases raise `version` and leave them behind. */
  folded_version: number | null;
}

export interface CustomFieldTable {
  user_pool_id: string;
  key: string;
  label: string;
  data_type: CustomFieldType;
  options: string;
  created_at: number;
  updated_at: number;
}

export interface PasscodeTable {
  slot_hash: string;
  code_hash: string;
  sent_at: number;
  expires_at: number;
  failures: number;
}

export interface IdentityTable {
  user_pool_id: string;
  issuer: string;
  subject: string;
  user_id: string;
  entry_name: string;
  first_seen_at: number;
  last_seen_at: number;
  claims_issued_at: number | null;
}

export interface UseTable {
  what_hash: string;
  slot_hash: string;
  used_by: string;
  used_at: number;
}

export interface SignInFailureTable {
  account_hash: string;
  failures: number;
  last_failed_at: number;
}

export interface QrSessionTable {
  id_hash: string;
  user_pool_id: string;
  application_id: string;
  status: StoredQrStatus;
  version: number;
  created_at: number;
  expires_at: number;
  custom_data: string | null;
  generator_ip: string | null;
  generator_network: string | null;
  generator_user_agent: string | null;
  poll_binding: PollBinding;
  binding_hash: string | null;
  is_bound: number;
  receiver_hash: string | null;
  scanner_user_id: string | null;
  scanner_login_session_id: string | null;
  scanner_display_name: string | null;
  scanner_photo: string | null;
  scanner_door: QrDoor | null;
  /** `ScannerOfCompany` as JSON; null where the phone's token was one of ours. */
  scanner_company: string | null;
  ticket_key_id: string | null;
  ticket_nonce: string | null;
  ticket_hash: string | null;
  failed_exchanges: number;
  foreign_poll_seen: number;
  delivered_session_id: string | null;
  with_custom_data: number;
  made_by_application: number;
  state: string | null;
  browser_hash: string | null;
  generator_language: string | null;
  reported_by_site: number;
}

export interface RedemptionTable {
  ticket_hash: string;
  code_hash: string;
  user_pool_id: string;
  application_id: string;
  login_session_id: string;
  redeemed_at: number;
  caller_hash: string | null;
}

export interface DeviceGrantTable {
  device_code_hash: string;
  user_code_hash: string;
  user_pool_id: string;
  application_id: string;
  scope: string;
  status: DeviceGrant['status'];
  version: number;
  ip: string;
  user_agent: string | null;
  interval_seconds: number;
  last_polled_at: number | null;
  /** `DeviceScanner`, `DeviceApproval` and `DeviceRedemption` as JSON. */
  scanner: string | null;
  approval: string | null;
  redemption: string | null;
  /** Of the approval. */
  approved_by: string | null;
  created_at: number;
  expires_at: number;
  kept_until: number;
}

export interface LoginSessionTable {
  id: string;
  user_pool_id: string;
  application_id: string;
  user_id: string;
  amr: string;
  /** Null: `signIn`. */
  birth: LoginSession['birth'] | null;
  parent_id: string | null;
  sso_login_id: string | null;
  scope: string;
  created_at: number;
  /** Null: when it was created. */
  authenticated_at: number | null;
  expires_at: number;
  revoked_at: number | null;
  ip: string | null;
  user_agent: string | null;
  browser_hash: string | null;
}

export interface SsoLoginTable {
  id: string;
  secret_hash: string;
  user_pool_id: string;
  user_id: string;
  application_id: string;
  amr: string;
  parent_id: string | null;
  created_at: number;
  authenticated_at: number;
  used_at: number;
  expires_at: number;
  revoked_at: number | null;
  ip: string | null;
  user_agent: string | null;
}

/** Logins that ended and whose application is still to be told. */
export interface LogoutNoticeTable {
  login_session_id: string;
  user_pool_id: string;
  application_id: string;
  user_id: string;
  ended_at: number;
  attempts: number;
  /** When it is to be tried, again or for the first time. */
  due_at: number;
}

export interface InteractionTable {
  id_hash: string;
  browser_hash: string;
  user_pool_id: string;
  /** `AuthorizationRequest` as JSON. */
  request: string;
  /** `InteractionState` as JSON. */
  state: string;
  version: number;
  created_at: number;
  expires_at: number;
}

export interface AuthorizationCodeTable {
  code_hash: string;
  user_pool_id: string;
  application_id: string;
  user_id: string;
  sso_login_id: string;
  redirect_uri: string;
  scope: string;
  nonce: string | null;
  code_challenge: string | null;
  amr: string;
  parent_id: string | null;
  authenticated_at: number;
  created_at: number;
  expires_at: number;
  ip: string | null;
  user_agent: string | null;
  redeemed_at: number | null;
  login_session_id: string | null;
}

export interface ConsentTable {
  user_id: string;
  application_id: string;
  scope: string;
  given_at: number;
}

export interface RefreshTokenTable {
  hash: string;
  login_session_id: string;
  user_pool_id: string;
  application_id: string;
  user_id: string;
  scope: string;
  issued_at: number;
  expires_at: number;
  rotated_at: number | null;
  rotated_by: string | null;
}

export interface RevokedTokenTable {
  jti: string;
  expires_at: number;
}

export interface SigningKeyTable {
  kid: string;
  algorithm: 'RS256';
  sealed_private_key: string;
  created_at: number;
  retired_at: number | null;
}

export interface AuditEventTable {
  /** Order of arrival: instants may tie. */
  seq: Generated<number>;
  id: string;
  type: AuditType;
  at: number;
  user_pool_id: string | null;
  application_id: string | null;
  user_id: string | null;
  login_session_id: string | null;
  ip: string | null;
  user_agent: string | null;
  code_hash: string | null;
  request_id: string | null;
  detail: string;
  /** The access key that acted, copied out of `detail` so that events can be searched by it. */
  access_key_id: string | null;
  /** The administrator who acted, copied likewise. */
  administrator_id: string | null;
  /** Unique together with `minute`: repeats within one minute raise `count`. */
  repeat_of: string | null;
  minute: number | null;
  count: Generated<number>;
}

export interface LeaseTable {
  name: string;
  holder: string | null;
  held_until: number;
  /** How far the work has come that the holder does for all: the number of an event, and an instant. */
  place: number | null;
  place_at: number | null;
}

export interface UserImportTable {
  id: string;
  user_pool_id: string;
  state: UserImport['state'];
  format: UserImport['format'];
  mode: UserImport['mode'];
  passwords: UserImport['passwords'];
  columns: string;
  begun_by: string;
  caller: string;
  dry_run: number;
  parts: number;
  file_bytes: number;
  row_count: number;
  batch_count: number;
  /** The next row: the number of its batch, and how many of that batch are done. */
  batch: number;
  batch_offset: number;
  created: number;
  changed: number;
  unchanged: number;
  refused: number;
  /** It has ended, and nothing of its file is left. */
  is_cleared: number;
  failure: string | null;
  /** The end of the last part, which may hold passwords; null once the file is complete. */
  sealed_reader: string | null;
  created_at: number;
  touched_at: number;
  started_at: number | null;
  /** Null of at most one import of a pool: a unique index says so. */
  ended_at: number | null;
}

export interface UserImportBatchTable {
  /** The import's id and the number of the batch. */
  id: string;
  import_id: string;
  sealed_rows: string;
}

export interface UserImportRefusalTable {
  import_id: string;
  row_number: number;
  line: number;
  field: string | null;
  code: string;
  reason: string | null;
}

/** Hashes of the identifiers that rows of an import named, each with the line that did so first. */
export interface UserImportSeenTable {
  import_id: string;
  key: string;
  line: number;
}

/** How often something happened within a minute or an hour; in that form, rolled up, there is one row for each. */
export interface ScanStatisticsTable {
  user_pool_id: string;
  /** Empty where no application is known. */
  application_id: string;
  /** Seconds: 60 or 3600. */
  step: number;
  /** The beginning of the step. */
  at: number;
  /** See `core/management/codes/counted.ts`. */
  what: string;
  n: number;
}

export interface AccessKeyTable {
  id: string;
  user_pool_id: string;
  /** Of a key with scopes, a lower role or an end a secret that nobody knows: a node of an earlier release would let the key do everything. */
  sealed_secret: string;
  /** The secret of such a key. */
  sealed_scoped_secret: string | null;
  /** JSON list; null for a key that manages its pool. */
  scopes: string | null;
  application_id: string | null;
  issuer: string | null;
  made_by: 'file' | null;
  name: string | null;
  /** Null: owner, as of keys of earlier releases. */
  role: AccessKey['role'] | null;
  expires_at: number | null;
  /** `KeyMaker` as JSON; null also for keys of the configuration file. */
  created_by: string | null;
  user_id: string | null;
  status: AccessKey['status'];
  created_at: number;
  last_used_at: number | null;
}

/** Lists and objects are JSON. */
export interface AdministratorTable {
  id: string;
  name: string;
  sign_in_name: string;
  email: string | null;
  password_hash: string | null;
  sealed_totp_secret: string | null;
  sealed_pending_totp_secret: string | null;
  totp_step: number;
  recovery_hashes: string;
  linked_person: string | null;
  grants: string;
  is_suspended: 0 | 1;
  language: 'en' | 'zh' | null;
  theme: 'light' | 'dark' | null;
  created_at: number;
  created_by: string | null;
  last_seen_at: number | null;
  version: number;
}

export interface ConsoleLinkTable {
  token_hash: string;
  administrator_id: string | null;
  purpose: 'setUp' | 'invitation' | 'recovery';
  made_by: string | null;
  expires_at: number;
}

export interface ConsoleLoginTable {
  id: string;
  token_hash: string;
  administrator_id: string;
  created_at: number;
  last_acted_at: number;
  expires_at: number;
  password_at: number | null;
  second_factor_at: number | null;
  code: string | null;
  ip: string | null;
  user_agent: string | null;
}

export interface SealedKeyTable {
  name: string;
  sealed_text: string;
}

/** A secret of a pool or an application, by its hash: see `SecretFacts` of the core. */
export interface SecretTable {
  /** `application:ID` or `userPool:ID` */
  holder: string;
  hash: string;
  hint: string;
  created_at: number;
  last_used_at: number | null;
  ends_at: number | null;
}

/** A configuration file that a node applied: see `AppliedFile` of the core. */
export interface ConfigurationAppliedTable {
  seq: Generated<number>;
  digest: string;
  node: string;
  at: number;
}

/** A page that asked in vain: see `RefusedOrigin` of the core. */
export interface RefusedOriginTable {
  /** Empty where the requests named none. */
  user_pool_id: string;
  origin: string;
  n: number;
  last_at: number;
}

/** A process that works on this database: see `Node` of the core. */
export interface NodeTable {
  id: string;
  name: string;
  version: string;
  started_at: number;
  seen_at: number;
}

/** A single row, whose number rises with each write of a pool or an application. */
export interface DirectoryVersionTable {
  version: number;
}
