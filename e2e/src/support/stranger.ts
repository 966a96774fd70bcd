import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A project apart from the workspace, as users of the packages have it; the set-up of the tests installs its packages. */
export const strangersFolder = fileURLToPath(new URL('../../frameworks', import.meta.url));
export const strangersPrograms = join(strangersFolder, 'node_modules/.bin');

const built = { sdk: 'packages/sdk/dist', widget: 'packages/widget/dist/package' };

/** Copies our packages into that project, as they are published. */
export async function installPackages(): Promise<void> {
  for (const [name, path] of Object.entries(built)) {
    const installed = join(strangersFolder, 'node_modules/@passbeam', name);
    await rm(installed, { recursive: true, force: true });
    await cp(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), installed, { recursive: true });
  }
}
