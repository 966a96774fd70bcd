import type {
  AuditEventDto,
  AuditEventPageDto,
  CreatedUserPoolDto,
  CreateUserPoolDto,
  DeleteCustomFieldsDto,
  EndApplicationSecretDto,
  EndedQrCodesDto,
  EndedSessionsDto,
  EndQrCodesDto,
  EndSessionsDto,
  EndSessionsResultDto,
  EndUserPoolSecretDto,
  EndUserSessionsDto,
  ExportAuditEventsDto,
  ExportConfigurationDto,
  ExportedConfigurationDto,
  FoundUsersDto,
  GetScanStatisticsDto,
  InstallationDto,
  ListAuditEventsDto,
  ListLiveCodesDto,
  ListUserSessionsDto,
  LiveCodesDto,
  MessageSettingsDto,
  NextSecretDto,
  RefusedOriginsDto,
  RotateApplicationSecretDto,
  RotatedSecretDto,
  RotateUserPoolSecretDto,
  ScanStatisticsDto,
  SearchUsersDto,
  SecretListDto,
  SecurityReportDto,
  SendTestMessageDto,
  TestMessageDto,
  UpdateUserPoolDto,
  UserPoolDto,
  UserPoolListDto,
  UserPoolSummaryDto,
  UserSessionPageDto,
  WarningListDto,
} from '@passbeam/protocol';
import { ImportCalls } from './management-imports.ts';
import type { CallOptions } from './request.ts';

/** What operators watch and end: calls of this server that the vendor's API does not have. Part of `ManagementClient`. */
export abstract class OperatorCalls extends ImportCalls {
  protected abstract file(name: string, json: object, options: CallOptions): Promise<AsyncIterable<Uint8Array>>;

  /** A page of everything that was recorded about the pool. Where `searchedTo` is set, go on with `nextCursor`, although the list may be empty. */
  listAuditEvents(input: ListAuditEventsDto = {}, options: CallOptions = {}): Promise<AuditEventPageDto> {
    return this.post('list-audit-events', input, options);
  }

  /**
   * All events that fit, one after the other, however many calls that takes.
   *
   * @example
   * for await (const event of management.auditEvents({ types: ['session.*'], from: Date.now() - 86_400_000 })) console.log(event.at, event.userName);
   */
  async *auditEvents(
    input: Omit<ListAuditEventsDto, 'cursor' | 'limit'> = {},
    options: CallOptions = {},
  ): AsyncGenerator<AuditEventDto, void, void> {
    let cursor: string | undefined;
    do {
      const page: AuditEventPageDto = await this.listAuditEvents({ ...input, limit: 100, cursor }, options);
      yield* page.list;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /**
   * The events as a file, in parts as they arrive; oldest first unless asked otherwise. The export is itself recorded.
   *
   * @example
   * for await (const part of await management.exportAuditEvents({ format: 'csv', from })) file.write(part);
   */
  exportAuditEvents(input: ExportAuditEventsDto, options: CallOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    return this.file('export-audit-events', input, options);
  }

  /** Finds people in a pool of any size: by the beginning of an identifier, or, with `deep` or `where`, by looking through all, some a call. */
  searchUsers(input: SearchUsersDto = {}, options: CallOptions = {}): Promise<FoundUsersDto> {
    return this.post('search-users', input, options);
  }

  /** A page of a person's logins, newest first, each with its id and the login of the phone that confirmed it. */
  listUserSessions(input: ListUserSessionsDto, options: CallOptions = {}): Promise<UserSessionPageDto> {
    return this.post('list-user-sessions', input, options);
  }

  /** Ends the named logins of a person, or all, and those that they confirmed. */
  endUserSessions(input: EndUserSessionsDto, options: CallOptions = {}): Promise<EndedSessionsDto> {
    return this.post('end-user-sessions', input, options);
  }

  /** Ends logins by application, person, QR code, time or way; `dryRun` counts alone. Go on with `nextCursor` until it is null. */
  endSessions(input: EndSessionsDto, options: CallOptions = {}): Promise<EndSessionsResultDto> {
    return this.post('end-sessions', input, options);
  }

  /** The newest QR codes that nobody finished yet, and how many there are. */
  listLiveCodes(input: ListLiveCodesDto = {}, options: CallOptions = {}): Promise<LiveCodesDto> {
    return this.post('list-live-codes', input, options);
  }

  /** Ends unfinished QR codes: those named, or those of an application. */
  endQrCodes(input: EndQrCodesDto, options: CallOptions = {}): Promise<EndedQrCodesDto> {
    return this.post('end-qrcodes', input, options);
  }

  /** Scans over time, counted some seconds behind what happens. */
  getScanStatistics(input: GetScanStatisticsDto, options: CallOptions = {}): Promise<ScanStatisticsDto> {
    return this.post('get-scan-statistics', input, options);
  }

  /** How many people, applications and access keys the pool has. */
  getUserPoolSummary(options: CallOptions = {}): Promise<UserPoolSummaryDto> {
    return this.post('get-userpool-summary', {}, options);
  }

  /**
   * Gives an application a new secret; the one before works for `overlapSeconds` more. With an `idempotencyKey` a repeat shows the same one.
   *
   * @example
   * const { secret, previousEndsAt } = await management.rotateApplicationSecret({ appId, overlapSeconds: 86_400 });
   */
  rotateApplicationSecret(input: RotateApplicationSecretDto, options: CallOptions = {}): Promise<RotatedSecretDto> {
    return this.post('rotate-application-secret', input, options);
  }

  /** The secret that `rotateApplicationSecret({ appId, nextSecretId })` will make the current one: put it where it is used beforehand. */
  showNextApplicationSecret(input: { appId: string }, options: CallOptions = {}): Promise<NextSecretDto> {
    return this.post('show-next-application-secret', input, options);
  }

  /** The same for the secret of the user pool. */
  showNextUserPoolSecret(options: CallOptions = {}): Promise<NextSecretDto> {
    return this.post('show-next-userpool-secret', {}, options);
  }

  /** The secrets of an application, three at most: when they were made, used and end, never the secrets themselves. */
  listApplicationSecrets(input: { appId: string }, options: CallOptions = {}): Promise<SecretListDto> {
    return this.post('list-application-secrets', input, options);
  }

  /** Ends a secret that is ending before its time. */
  endApplicationSecret(input: EndApplicationSecretDto, options: CallOptions = {}): Promise<{ success: boolean }> {
    return this.post('end-application-secret', input, options);
  }

  /** The same for the secret of the user pool, which this client may sign with. */
  rotateUserPoolSecret(input: RotateUserPoolSecretDto = {}, options: CallOptions = {}): Promise<RotatedSecretDto> {
    return this.post('rotate-userpool-secret', input, options);
  }

  listUserPoolSecrets(options: CallOptions = {}): Promise<SecretListDto> {
    return this.post('list-userpool-secrets', {}, options);
  }

  endUserPoolSecret(input: EndUserPoolSecretDto, options: CallOptions = {}): Promise<{ success: boolean }> {
    return this.post('end-userpool-secret', input, options);
  }

  /** The user pools that the caller may see. */
  listUserPools(options: CallOptions = {}): Promise<UserPoolListDto> {
    return this.post('list-userpools', {}, options);
  }

  getUserPool(options: CallOptions = {}): Promise<UserPoolDto> {
    return this.post('get-userpool', {}, options);
  }

  /** Makes a user pool; the reply alone holds its secret. For owners of all pools at the console: keys are of one pool. */
  createUserPool(input: CreateUserPoolDto, options: CallOptions = {}): Promise<CreatedUserPoolDto> {
    return this.post('create-userpool', input, options);
  }

  /** Changes the fields that are given. @throws ApiError managed_by_file, version_conflict */
  updateUserPool(input: UpdateUserPoolDto, options: CallOptions = {}): Promise<UserPoolDto> {
    return this.post('update-userpool', input, options);
  }

  /** Pages of other origins that asked in vain lately, latest first. */
  listRefusedOrigins(options: CallOptions = {}): Promise<RefusedOriginsDto> {
    return this.post('list-refused-origins', {}, options);
  }

  /** The servers and what they share: for the secret of a pool, and administrators of all pools. */
  getInstallation(options: CallOptions = {}): Promise<InstallationDto> {
    return this.post('get-installation', {}, options);
  }

  /**
   * The present settings of the pool, or of one application, as text for the configuration file; secrets are named by variables.
   *
   * @example
   * const { yaml, environment } = await management.exportConfiguration({ appId });
   */
  exportConfiguration(
    input: ExportConfigurationDto = {},
    options: CallOptions = {},
  ): Promise<ExportedConfigurationDto> {
    return this.post('export-configuration', input, options);
  }

  /** How one-time codes leave the server, without passwords and secrets. */
  getMessageSettings(options: CallOptions = {}): Promise<MessageSettingsDto> {
    return this.post('get-message-settings', {}, options);
  }

  /** Sends a message to try whether codes arrive, five an hour, and says what the other server answered. */
  sendTestMessage(input: SendTestMessageDto, options: CallOptions = {}): Promise<TestMessageDto> {
    return this.post('send-test-message', input, options);
  }

  /** Everything that `listWarnings` can warn of, and whether it is as it should be. */
  getSecurityReport(options: CallOptions = {}): Promise<SecurityReportDto> {
    return this.post('get-security-report', {}, options);
  }

  /** What is unwise about the state of the pool now. */
  listWarnings(options: CallOptions = {}): Promise<WarningListDto> {
    return this.post('list-warnings', {}, options);
  }

  /** Forgets custom fields; the values that people have stay. */
  deleteCustomFields(input: DeleteCustomFieldsDto, options: CallOptions = {}): Promise<{ success: boolean }> {
    return this.post('delete-custom-fields', input, options);
  }
}
