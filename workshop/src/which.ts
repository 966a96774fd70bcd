import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const foldersOfPath = (process.env.PATH ?? '').split(delimiter);

/** The path of the first of these programs that is in one of the folders, or null. */
export function which(names: readonly string[], folders: readonly string[] = foldersOfPath): string | null {
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find((path) => existsSync(path)) ?? null;
}
