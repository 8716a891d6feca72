import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where the API listens while the app is developed. */
const API = process.env['SATCHEL_API'] ?? 'http://127.0.0.1:3000';

export default defineConfig({
  base: '/backup/',
  plugins: [react()],
  resolve: { conditions: ['@satchel/source'] },
  server: { proxy: { '/backup/api': API } },
  build: { outDir: 'dist', emptyOutDir: true },
});
