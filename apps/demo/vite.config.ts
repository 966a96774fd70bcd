import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { denseStyles } from '../../packages/widget/scripts/dense-styles.ts';
import { look } from '../../packages/widget/scripts/look.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  plugins: [denseStyles(), look({ scheme: 'system' })],
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    target: 'es2022',
    // Nothing is inlined, because the pages' content security policy allows neither inline scripts nor data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { site: here('index.html'), phone: here('phone.html') },
    },
  },
});
