import { defineConfig } from 'vite';
import { denseStyles } from '../../packages/widget/scripts/dense-styles.ts';
import { look } from '../../packages/widget/scripts/look.ts';
import { budgets } from './scripts/budgets.ts';

/**
 * The console's files. The server fills in `__NONCE__`, `__PUBLIC_URL__` and `__BASE__`, the path that stands before this page, when it hands
 * out index.html; scripts and styles name each other relatively, so they work below any path.
 */
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  html: { cspNonce: '__NONCE__' },
  plugins: [denseStyles(), look({ scheme: 'choice' }), budgets()],
  // Other workspaces have an older React, which some of the libraries would find first.
  resolve: { dedupe: ['react', 'react-dom', 'scheduler'] },
  experimental: {
    renderBuiltUrl: (file, { hostType }) => (hostType === 'html' ? `__BASE__/console/${file}` : { relative: true }),
  },
  build: {
    target: 'es2022',
    // Assets drawn into scripts would need an exception in the page's policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
  },
});
