import type { CreateUserImportDto, UserImportDto } from '@passbeam/protocol';
import { useSyncExternalStore } from 'react';
import { Failure } from '../../../api/failure.ts';
import { writing } from '../../../api/pool.ts';
import { partLength, textOf } from './chosen-file.ts';

/** An upload that this tab makes. It goes on while other pages of the console are looked at. */
export interface Upload {
  /** 0 to 1. */
  sent: number;
  error: unknown;
}

/** What was chosen here, so that a dry run is followed by the real one without asking for the file again. */
export interface Chosen {
  file: File;
  asked: CreateUserImportDto;
}

const uploads = new Map<string, Upload>();
const chosen = new Map<string, Chosen>();
const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

function show(importId: string, upload: Upload | null): void {
  if (upload === null) uploads.delete(importId);
  else uploads.set(importId, upload);
  for (const listener of listeners) listener();
}

export const useUpload = (importId: string) => useSyncExternalStore(subscribe, () => uploads.get(importId) ?? null);
export const chosenFor = (importId: string) => chosen.get(importId) ?? null;

/** Begins an import and uploads its file beside. @throws Failure */
export async function beginImport(pool: string, { file, asked }: Chosen): Promise<string> {
  const { importId } = await writing<UserImportDto>(pool, 'create-user-import', asked);
  chosen.set(importId, { file, asked });
  goOnWith(pool, importId, file, 0);
  return importId;
}

/** Uploads a file from the part that comes next; one that was interrupted goes on there. */
export function goOnWith(pool: string, importId: string, file: File, parts: number): void {
  show(importId, { sent: 0, error: null });
  uploadFrom(pool, importId, file, parts).then(
    () => show(importId, null),
    (error: unknown) => show(importId, { sent: 0, error }),
  );
}

async function uploadFrom(pool: string, importId: string, file: File, parts: number): Promise<void> {
  const text = await textOf(file);
  for (let start = 0, part = 0; ; part++) {
    const end = endOfPart(text, start);
    const isLast = end >= text.length;
    if (part >= parts) {
      const body = { importId, part, text: text.slice(start, end), isLast };
      await patiently(() => writing(pool, 'upload-user-import', body));
    }
    show(importId, { sent: end / Math.max(1, text.length), error: null });
    if (isLast) return;
    start = end;
  }
}

/** Not between the two halves of a character. */
function endOfPart(text: string, start: number): number {
  const end = start + partLength;
  const code = text.charCodeAt(end - 1);
  return code >= 0xd800 && code < 0xdc00 ? end - 1 : end;
}

const patienceMs = 300_000;

/** A part that comes twice changes nothing: it is sent until somebody answers. */
async function patiently(send: () => Promise<unknown>): Promise<void> {
  for (const until = Date.now() + patienceMs; ; ) {
    try {
      await send();
      return;
    } catch (error) {
      if (!(error instanceof Failure && error.isPassing) || Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, (error.retryAfterSeconds ?? 2) * 1000));
    }
  }
}
