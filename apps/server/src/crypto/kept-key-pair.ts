import { join } from 'node:path';
import { createFileOnce, replaceFile } from './create-file-once.ts';
import type { Sealer } from './sealer.ts';

export interface KeptKeyPair {
  /** Returns the text that is kept. Of processes that start together, the first one's text is kept. */
  keepOnce(make: () => Promise<string>): Promise<string>;
  replace(before: string, next: string): Promise<void>;
}

/** Each key pair in a file of its own: for the embedded store. */
export const inFolder =
  (folder: string) =>
  ({ file }: { file: string }): KeptKeyPair => ({
    keepOnce: (make) => createFileOnce(join(folder, file), make),
    replace: (_, next) => replaceFile(join(folder, file), next),
  });

/** Each key pair in the database under its name, for all its nodes. */
export const inStore =
  (sealedKeys: {
    keepOnce(name: string, make: () => Promise<string>): Promise<string>;
    replace(name: string, before: string, next: string): Promise<void>;
  }) =>
  ({ name }: { name: string }): KeptKeyPair => ({
    keepOnce: (make) => sealedKeys.keepOnce(name, make),
    replace: (before, next) => sealedKeys.replace(name, before, next),
  });

/** The private key that is kept, else `make`'s; sealed anew when an older SECRET_KEY sealed it. */
export async function openKeyPair(kept: KeptKeyPair, sealer: Sealer, make: () => Promise<string>): Promise<string> {
  const sealed = (await kept.keepOnce(async () => sealer.seal(await make()))).trim();
  const privateKey = sealer.unseal(sealed);
  if (!sealed.startsWith(sealer.currentPrefix)) await kept.replace(sealed, sealer.seal(privateKey));
  return privateKey;
}
