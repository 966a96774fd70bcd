import { createFileOnce, replaceFile } from './create-file-once.ts';
import type { Sealer } from './sealer.ts';

/** Where a sealed key pair lives. */
export interface KeptKeyPair {
  /** The text kept: the one of whoever was first. */
  keepOnce(make: () => Promise<string>): Promise<string>;
  replace(before: string, next: string): Promise<void>;
}

export const inFile = (path: string): KeptKeyPair => ({
  keepOnce: (make) => createFileOnce(path, make),
  replace: (_, next) => replaceFile(path, next),
});

/** The private key kept there: `make` gives it when there is none, and one that an older SECRET_KEY sealed is sealed anew. */
export async function openKeyPair(kept: KeptKeyPair, sealer: Sealer, make: () => Promise<string>): Promise<string> {
  const sealed = (await kept.keepOnce(async () => sealer.seal(await make()))).trim();
  const privateKey = sealer.unseal(sealed);
  if (!sealer.isCurrent(sealed)) await kept.replace(sealed, sealer.seal(privateKey));
  return privateKey;
}
