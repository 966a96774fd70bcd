import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// While you develop, the backend answers beside Vite: here docs/recipes/express, on port 5174.
export default defineConfig({ plugins: [react()], server: { proxy: { '/login': 'http://localhost:5174' } } });
