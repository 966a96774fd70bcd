import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** The text of the script that `npm run build` writes, built in memory. */
export async function bundleWidget(): Promise<string> {
  const built = await build({
    configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
    logLevel: 'silent',
    build: { write: false },
  });
  const [bundle] = Array.isArray(built) ? built : [built];
  const chunks = bundle !== undefined && 'output' in bundle ? bundle.output : [];
  const [only, ...others] = chunks;
  if (only?.type !== 'chunk' || others.length > 0) throw new Error('the widget must be built into one file');
  return only.code;
}
