import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * Compiles our WebAssembly. What comes out is committed, as text that any bundler, test runner and thread can import;
 * `--check` says whether it is what the source gives.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'));

const OPTIONS = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'bulk-memory'];

/** Source, where its module goes, and the name of the constant. */
const MODULES = [
  {
    source: 'libs/archive/assembly/row-lines.ts',
    target: 'libs/archive/src/generated/row-lines.wasm.ts',
    name: 'ROW_LINES',
  },
  {
    source: 'libs/postgres/assembly/row-machine.ts',
    target: 'libs/postgres/src/source/generated/row-machine.wasm.ts',
    name: 'ROW_MACHINE',
  },
];

/**
 * @param {{ source: string, name: string }} module
 * @param {string} folder for the compiler's output
 * @returns {string} the TypeScript file
 */
function assemble({ source, name }, folder) {
  const binary = join(folder, `${name}.wasm`);
  const { status } = spawnSync(process.execPath, [compiler, source, ...OPTIONS, '--outFile', binary], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`${source} does not compile; the lines above say why.`);
  const text = readFileSync(binary).toString('base64');
  return `// WebAssembly in base64, made of ${source} by "npm run assemble". Do not edit.\nexport const ${name} =\n  '${text}';\n`;
}

const isCheck = process.argv.includes('--check');
const folder = mkdtempSync(join(tmpdir(), 'satchel-assemble-'));
try {
  for (const module of MODULES) {
    const made = assemble(module, folder);
    const target = join(root, module.target);
    if (!isCheck) {
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, made);
    } else if (readFileSync(target, 'utf8') !== made) {
      console.error(`${module.target} is not what ${module.source} gives. Run "npm run assemble".`);
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
if (isCheck && !process.exitCode) console.log('WebAssembly: in order.');
