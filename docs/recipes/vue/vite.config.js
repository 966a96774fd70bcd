import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const isCustomElement = (tag) => tag === 'passbeam-qr';

export default defineConfig({
  plugins: [vue({ template: { compilerOptions: { isCustomElement } } })],
  // While you develop, the backend answers beside Vite: here docs/recipes/express, on port 5174.
  server: { proxy: { '/login': 'http://localhost:5174' } },
});
