import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { checkLibraryStyles } from './build/check-library-styles.ts';
import { compressFiles } from './build/compress-files.ts';
import { preloadApp } from './build/preload-app.ts';

/** Where the API listens while the app is developed. */
const API = process.env['SATCHEL_API'] ?? 'http://127.0.0.1:3000';

/**
 * A few files rather than a hundred: a browser asks for six at a time, and each of them costs the server more than its bytes.
 * What a group matches takes along what it imports; the first group that wants a module has it.
 */
const CHUNKS = [
  // Changes seldom, so that browsers keep it over our releases.
  { name: 'react', test: /node_modules\/(?:react|react-dom|scheduler)\//, priority: 5 },
  { name: 'start', test: /web\/(?:index\.html|src\/main\.ts)$/, priority: 4 },
  { name: 'app', test: /web\/src\/mount\.tsx$/, priority: 3 },
  // What every page is made of, then what a page with a form needs beside that, and what one with a menu or a dialog.
  {
    name: 'parts',
    test: new RegExp(
      [
        'node_modules/lucide-react/',
        'src/ui/(?:page|panel|pill|time-ago|notice|meter|facts|data-table)\\.tsx$',
        'src/features/jobs/components/(?:job-progress|state-pill)\\.tsx$',
        'src/(?:features|lib)/.*\\.ts$',
      ].join('|'),
    ),
    minShareCount: 2,
    priority: 2,
  },
  {
    name: 'forms',
    test: /@mantine\/(?:form\/|core\/esm\/components\/(?:Input|TextInput|PasswordInput|InlineInput|Checkbox|SegmentedControl|NativeSelect|Textarea)\/)|src\/ui\/steps\.tsx$/,
    minShareCount: 2,
    priority: 2,
  },
  // Large, and for a few pages only, are the fields for files and numbers: they stay in files of their own.
  {
    name: 'controls',
    test: /^(?!.*(?:dropzone|file-selector|number-format|NumberInput))/,
    minShareCount: 2,
    priority: 1,
  },
];

export default defineConfig({
  base: '/backup/',
  plugins: [react(), preloadApp('app'), checkLibraryStyles(), compressFiles()],
  // Vite's own conditions stay: without them libraries would come in the form that is meant for Node.
  resolve: { conditions: ['@satchel/source', ...defaultClientConditions] },
  server: { proxy: { '/backup/api': API } },
  preview: { proxy: { '/backup/api': API } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // What `npm run size` measures.
    manifest: true,
    assetsInlineLimit: 0,
    // What is too much is for `npm run size` to say.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      checks: { pluginTimings: false },
      preserveEntrySignatures: false,
      output: { codeSplitting: { groups: CHUNKS } },
    },
  },
});
