import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { denseStyles } from '../../packages/widget/scripts/dense-styles.ts';
import { look } from '../../packages/widget/scripts/look.ts';

/** `page.js` and `page.css`, which the server hands out under `/login/` (decision 26). */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [denseStyles(), look({ scheme: 'system', icon: false })],
  build: {
    target: 'es2022',
    lib: {
      entry: fileURLToPath(new URL('src/main.ts', import.meta.url)),
      formats: ['es'],
      fileName: () => 'page.js',
      cssFileName: 'page',
    },
    rolldownOptions: { output: { minify: true } },
  },
});
