import type {
  CreateUserImportDto,
  GetUserImportReportDto,
  UploadUserImportDto,
  UserImportDto,
  UserImportRefusalDto,
  UserImportReportDto,
} from '@passbeam/protocol';
import { ApiError, NetworkError, TimeoutError } from './errors.ts';
import type { CallOptions } from './request.ts';

/** The text of a file, or its pieces: what `createReadStream(path)`, `file.stream()` and `response.body` give. */
export type ImportFile = string | AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

export interface ImportOptions extends CallOptions {
  /** Called after each uploaded part, and each time the server was asked how far it is. */
  onProgress?: (progress: UserImportDto) => void;
  /** Milliseconds between two questions. Default 1 000. */
  everyMs?: number;
}

/** UTF-16 units of a part: below what the server takes, whatever the file holds. */
const partLength = 256 * 1024;
/** How long a server that does not answer may take to come back: a restart, or another node. */
const patienceMs = 120_000;

/** Imports of people, which go on by themselves once the file is there. Part of `ManagementClient`. */
export abstract class ImportCalls {
  protected abstract post<T>(name: string, json: object, options: CallOptions): Promise<T>;

  /**
   * Imports a file of people from beginning to end; resolves when it has ended. Without `dryRun: false` every row is checked and nobody is
   * written. Aborting the signal ends the wait alone: the import goes on, and `stopUserImport` stops it. Rows that were refused are had
   * from `userImportRefusals`.
   *
   * @example
   * const { importId, created, refused } = await management.importUsers(createReadStream('people.csv'), { format: 'csv', dryRun: false });
   * for await (const { line, field, reason } of management.userImportRefusals(importId)) console.log(line, field, reason);
   *
   * @throws ApiError too_many_requests when another import of the pool has not ended, invalid_argument for a file that cannot be read ·
   *   TypeError when the bytes are not UTF-8
   */
  async importUsers(file: ImportFile, input: CreateUserImportDto, options: ImportOptions = {}): Promise<UserImportDto> {
    const { importId } = await this.createUserImport(input, options);
    try {
      await this.#upload(importId, file, options);
    } catch (error) {
      // Half a file would keep the next import waiting.
      await this.stopUserImport({ importId }).catch(() => {});
      throw error;
    }
    return this.waitForUserImport(importId, options);
  }

  /** Asks until the import has ended, also while the server starts again. */
  async waitForUserImport(
    importId: string,
    { onProgress, everyMs = 1_000, ...options }: ImportOptions = {},
  ): Promise<UserImportDto> {
    for (;;) {
      const found = await patiently(() => this.getUserImport({ importId }, options), options);
      onProgress?.(found);
      if (found.endedAt !== null) return found;
      await pause(everyMs, options);
    }
  }

  /** Rows that were refused, all that are kept, however many calls that takes. */
  async *userImportRefusals(
    importId: string,
    options: CallOptions = {},
  ): AsyncGenerator<UserImportRefusalDto, void, void> {
    let cursor: string | undefined;
    do {
      const page: UserImportReportDto = await this.getUserImportReport({ importId, limit: 100, cursor }, options);
      yield* page.list;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** Begins an import; `uploadUserImport` is next. See `importUsers`, which does all of it. */
  createUserImport(input: CreateUserImportDto, options: CallOptions = {}): Promise<UserImportDto> {
    return this.post('create-user-import', input, options);
  }

  /** Uploads a part of the file, cut anywhere but inside a character. A repeat changes nothing. */
  uploadUserImport(input: UploadUserImportDto, options: CallOptions = {}): Promise<UserImportDto> {
    return this.post('upload-user-import', input, options);
  }

  /** The pool's imports of the last 30 days, newest first, at most 50. */
  listUserImports(options: CallOptions = {}): Promise<UserImportDto[]> {
    return this.post('list-user-imports', {}, options);
  }

  /** @throws ApiError import_not_found, as all calls that name an import */
  getUserImport(input: { importId: string }, options: CallOptions = {}): Promise<UserImportDto> {
    return this.post('get-user-import', input, options);
  }

  pauseUserImport(input: { importId: string }, options: CallOptions = {}): Promise<UserImportDto> {
    return this.post('pause-user-import', input, options);
  }

  continueUserImport(input: { importId: string }, options: CallOptions = {}): Promise<UserImportDto> {
    return this.post('continue-user-import', input, options);
  }

  /** For good. People who were written stay. */
  stopUserImport(input: { importId: string }, options: CallOptions = {}): Promise<UserImportDto> {
    return this.post('stop-user-import', input, options);
  }

  getUserImportReport(input: GetUserImportReportDto, options: CallOptions = {}): Promise<UserImportReportDto> {
    return this.post('get-user-import-report', input, options);
  }

  async #upload(importId: string, file: ImportFile, { onProgress, ...options }: ImportOptions): Promise<void> {
    let number = 0;
    for await (const { text, isLast } of partsOf(file)) {
      const part = { importId, part: number, text, isLast };
      const progress = await patiently(() => this.uploadUserImport(part, options), options);
      onProgress?.(progress);
      number += 1;
    }
  }
}

async function* partsOf(file: ImportFile): AsyncGenerator<{ text: string; isLast: boolean }, void, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for await (const piece of typeof file === 'string' ? [file] : file) {
    text += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
    while (text.length > partLength) {
      const end = endOfPart(text);
      yield { text: text.slice(0, end), isLast: false };
      text = text.slice(end);
    }
  }
  yield { text: text + decoder.decode(), isLast: true };
}

/** Not between the two halves of a character. */
function endOfPart(text: string): number {
  const code = text.charCodeAt(partLength - 1);
  return code >= 0xd800 && code < 0xdc00 ? partLength - 1 : partLength;
}

/** Asks again while nobody answers: parts and questions may be repeated. */
async function patiently<T>(call: () => Promise<T>, options: CallOptions): Promise<T> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const isAway =
        error instanceof NetworkError ||
        error instanceof TimeoutError ||
        (error instanceof ApiError && (error.code === 'unavailable' || error.code === 'too_many_requests'));
      if (!isAway || Date.now() > until) throw error;
      const seconds = error instanceof ApiError ? error.retryAfterSeconds : null;
      await pause((seconds ?? 1) * 1_000, options);
    }
  }
}

function pause(ms: number, { signal }: CallOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
