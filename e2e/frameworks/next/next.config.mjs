import { fileURLToPath } from 'node:url';

export default {
  distDir: 'dist',
  // The packages are installed one folder up.
  turbopack: { root: fileURLToPath(new URL('..', import.meta.url)) },
  // The test checks the types of all three frameworks by itself.
  typescript: { ignoreBuildErrors: true },
};
