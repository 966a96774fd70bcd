import { fileURLToPath } from 'node:url';

export default {
  distDir: 'dist',
  // The packages lie one folder up.
  turbopack: { root: fileURLToPath(new URL('..', import.meta.url)) },
  // The test has looked at the types of all three.
  typescript: { ignoreBuildErrors: true },
};
