import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

/** Where the API listens while the app is developed. */
const API = process.env['SATCHEL_API'] ?? 'http://127.0.0.1:3000';

export default defineConfig({
  base: '/backup/',
  plugins: [react()],
  // Vite's own conditions stay: without them libraries would come in the form that is meant for Node.
  resolve: { conditions: ['@satchel/source', ...defaultClientConditions] },
  server: { proxy: { '/backup/api': API } },
  preview: { proxy: { '/backup/api': API } },
  // The manifest is what `npm run size` measures.
  build: { outDir: 'dist', emptyOutDir: true, manifest: true, assetsInlineLimit: 0 },
});
