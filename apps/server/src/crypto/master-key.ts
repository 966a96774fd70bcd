import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isSampleSecret } from '../core/directory/sample-secret.ts';
import { createFileOnce } from './create-file-once.ts';

const minBytes = 32;

export const keyFile = (dataDir: string) => join(dataDir, 'secret.key');

/** The keys that all others derive from. The first one seals and derives what is new; all of them open what was made before. */
export type MasterKeys = readonly [Buffer, ...Buffer[]];

/** From `SECRET_KEY`, else a file made at the first start, a key a line, which may move there later. @throws Error for the operator */
export async function loadMasterKeys(from: { secretKeys: string[] | null; dataDir: string }): Promise<MasterKeys> {
  if (from.secretKeys !== null) return checkedKeys(from.secretKeys, 'SECRET_KEY');
  await mkdir(from.dataDir, { recursive: true, mode: 0o700 });
  const path = keyFile(from.dataDir);
  return checkedKeys(await linesOfKeyFile(path), path);
}

async function linesOfKeyFile(path: string): Promise<string[]> {
  const text = await createFileOnce(path, async () => `${randomBytes(32).toString('base64url')}\n`);
  return text.trim().split(/\s*\n\s*/);
}

function checkedKeys(texts: string[], name: string): MasterKeys {
  const [first, ...others] = texts;
  return [checkedKey(first ?? '', name), ...others.map((text) => checkedKey(text, name))];
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
