import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isSampleSecret } from '../core/settings/sample-secret.ts';
import { createFileOnce } from './create-file-once.ts';

const minBytes = 32;

export const keyFile = (dataDir: string) => join(dataDir, 'secret.key');

/**
 * The key all others derive from: the text of `SECRET_KEY`, or, when none is given, a file generated at the first
 * start. The file's text may be moved into `SECRET_KEY` later: it is the same key.
 * @throws Error with a message for the operator
 */
export async function loadMasterKey(from: { secretKey: string | null; dataDir: string }): Promise<Buffer> {
  if (from.secretKey !== null) return checkedKey(from.secretKey, 'SECRET_KEY');
  await mkdir(from.dataDir, { recursive: true, mode: 0o700 });
  const path = keyFile(from.dataDir);
  return checkedKey(await createFileOnce(path, async () => `${randomBytes(32).toString('base64url')}\n`), path);
}

function checkedKey(text: string, name: string): Buffer {
  const key = Buffer.from(text.trim(), 'utf8');
  if (key.length < minBytes) {
    throw new Error(
      `${name} holds ${key.length} bytes, at least ${minBytes} are needed: try \`openssl rand -base64 48\``,
    );
  }
  if (isSampleSecret(text)) {
    throw new Error(`${name} is a sample value: make your own with \`openssl rand -base64 48\``);
  }
  return key;
}
