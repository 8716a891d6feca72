import { readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import {
  isBuildFile,
  isTestFile,
  LAYER_EDGES,
  LIBRARY_HOMES,
  mayReadEnvironment,
  SIDE_EDGES,
  TEST_EDGES,
  TEST_LAYERS,
} from './layer-rules.mjs';

/**
 * @typedef {object} Project
 * @property {string} name
 * @property {string} folder      absolute
 * @property {string} layer
 * @property {string} side
 * @property {ReadonlySet<string>} dependencies     those that it has when it runs
 * @property {ReadonlySet<string>} devDependencies
 * @property {ReadonlySet<string>} entries          what it exports, as others write it: its name, its name and a path
 */

/**
 * Checks the declared dependencies and the actual imports of every project against `layer-rules.mjs`.
 *
 * @param {string} root the workspace's folder
 * @returns {string[]} what is wrong, one sentence each
 */
export function checkLayers(root) {
  /** @type {string[]} */
  const problems = [];
  const { projects, shared } = readWorkspace(root, problems);
  const byName = new Map(projects.map(project => [project.name, project]));
  for (const project of projects) {
    for (const [names, isTest] of /** @type {const} */ ([
      [project.dependencies, TEST_LAYERS.includes(project.layer)],
      [project.devDependencies, true],
    ])) {
      for (const name of names) {
        const target = byName.get(name);
        const problem = target && edgeProblem(project, target, isTest);
        if (problem) problems.push(`${relative(root, project.folder)}/package.json: ${problem}`);
      }
    }
    for (const file of sourceFiles(project.folder)) {
      const path = relative(project.folder, file).split(sep).join('/');
      // Settings of build tools: they run here, never in the product.
      if (isBuildFile(path)) continue;
      const isTest = isTestFile(path) || TEST_LAYERS.includes(project.layer);
      const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
      const report = (/** @type {ts.Node} */ node, /** @type {string} */ problem) => {
        const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        problems.push(`${relative(root, file)}:${line}: ${problem}`);
      };
      for (const node of importsOf(source)) {
        const problem = importProblem(node.text, { project, file, isTest, byName, shared });
        if (problem) report(node, problem);
      }
      if (mayReadEnvironment(path) || TEST_LAYERS.includes(project.layer)) continue;
      for (const node of environmentReads(source)) {
        report(node, 'process.env is read in main.ts and *.config.ts only; pass the setting in');
      }
    }
  }
  return problems;
}

/**
 * @param {string} root
 * @param {string[]} problems
 * @returns {{ projects: Project[], shared: ReadonlySet<string> }} `shared`: the root's tools for tests
 */
function readWorkspace(root, problems) {
  const rootManifest = readJson(join(root, 'package.json'));
  const shared = new Set(Object.keys(rootManifest.devDependencies ?? {}));
  const projects = [];
  for (const pattern of rootManifest.workspaces ?? []) {
    if (!pattern.endsWith('/*')) continue;
    const parent = join(root, pattern.slice(0, -2));
    for (const entry of readdirSync(parent, { withFileTypes: true })) {
      const folder = join(parent, entry.name);
      const manifestPath = join(folder, 'package.json');
      if (!entry.isDirectory() || !statSync(manifestPath, { throwIfNoEntry: false })) continue;
      const manifest = readJson(manifestPath);
      const tags = /** @type {string[]} */ (manifest.nx?.tags ?? []);
      const layer = tags.filter(tag => tag.startsWith('layer:')).map(tag => tag.slice(6));
      const side = tags.filter(tag => tag.startsWith('side:')).map(tag => tag.slice(5));
      const where = `${relative(root, folder)}/package.json`;
      if (layer.length !== 1 || !Object.hasOwn(LAYER_EDGES, layer[0] ?? '')) {
        problems.push(
          `${where}: needs exactly one tag of layer:${Object.keys(LAYER_EDGES).join(', layer:')}`,
        );
      }
      if (side.length !== 1 || !Object.hasOwn(SIDE_EDGES, side[0] ?? '')) {
        problems.push(`${where}: needs exactly one tag of side:${Object.keys(SIDE_EDGES).join(', side:')}`);
      }
      projects.push({
        name: String(manifest.name),
        folder,
        layer: layer[0] ?? '',
        side: side[0] ?? '',
        dependencies: new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })),
        devDependencies: new Set(Object.keys(manifest.devDependencies ?? {})),
        entries: new Set(Object.keys(manifest.exports ?? {}).map(path => `${manifest.name}${path.slice(1)}`)),
      });
    }
  }
  return { projects, shared };
}

/**
 * @param {Project} from
 * @param {Project} to
 * @param {boolean} isTest
 * @returns {string | null}
 */
function edgeProblem(from, to, isTest) {
  const allowed = [...(LAYER_EDGES[from.layer] ?? []), ...(isTest ? (TEST_EDGES[from.layer] ?? []) : [])];
  if (!allowed.includes(to.layer)) {
    return `layer ${from.layer} must not use ${to.name} (layer ${to.layer}); it may use ${allowed.join(', ') || 'no layer'}`;
  }
  if (!SIDE_EDGES[from.side]?.includes(to.side)) {
    return `side ${from.side} must not use ${to.name} (side ${to.side})`;
  }
  return null;
}

/**
 * @param {string} specifier
 * @param {{ project: Project, file: string, isTest: boolean, byName: ReadonlyMap<string, Project>, shared: ReadonlySet<string> }} place
 * @returns {string | null}
 */
function importProblem(specifier, { project, file, isTest, byName, shared }) {
  if (specifier.startsWith('.')) {
    const target = resolve(dirname(file), specifier);
    const inside = target === project.folder || target.startsWith(project.folder + sep);
    return inside ? null : `"${specifier}" leaves the project; import another project by its name`;
  }
  if (specifier.startsWith('/') || specifier.startsWith('file:')) return `"${specifier}" is an absolute path`;
  const isBuiltin = specifier.startsWith('node:') || builtinModules.includes(specifier);
  if (isBuiltin && !specifier.startsWith('node:')) return `write "node:${specifier}"`;
  const name = isBuiltin ? specifier : packageName(specifier);
  const homes = LIBRARY_HOMES[name];
  // Tests may look at the same thing from outside: a second opinion is the point of them.
  if (homes && !homes.includes(project.name) && !isTest) {
    return `"${name}" may be imported in ${homes.join(', ')} only`;
  }
  if (isBuiltin) return null;
  if (name === project.name) return `"${specifier}" is this project itself; use a relative import`;
  const target = byName.get(name);
  if (target) {
    if (!target.entries.has(specifier))
      return `"${specifier}" reaches inside ${name}; import what it exports`;
    const problem = edgeProblem(project, target, isTest);
    if (problem) return problem;
  }
  if (project.dependencies.has(name)) return null;
  if (isTest && (project.devDependencies.has(name) || shared.has(name))) return null;
  const field = isTest ? 'dependencies or devDependencies' : 'dependencies';
  return `"${name}" is not in the project's ${field}`;
}

/** @param {string} specifier */
function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * Every module that a file names: imports, re-exports, `import()`, `import x = require()`, types by `import('x')`.
 *
 * @param {ts.SourceFile} source
 * @returns {ts.StringLiteralLike[]}
 */
function importsOf(source) {
  /** @type {ts.StringLiteralLike[]} */
  const found = [];
  const add = (/** @type {ts.Node | undefined} */ node) => {
    if (node && ts.isStringLiteralLike(node)) found.push(node);
  };
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    else if (ts.isCallExpression(node)) {
      const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
      const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
      if (isImport || isRequire) add(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * @param {ts.SourceFile} source
 * @returns {ts.Node[]}
 */
function environmentReads(source) {
  /** @type {ts.Node[]} */
  const found = [];
  const isProcess = (/** @type {ts.Node} */ node) => ts.isIdentifier(node) && node.text === 'process';
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isPropertyAccessExpression(node) && isProcess(node.expression) && node.name.text === 'env') {
      found.push(node);
    } else if (
      ts.isElementAccessExpression(node) &&
      isProcess(node.expression) &&
      ts.isStringLiteralLike(node.argumentExpression) &&
      node.argumentExpression.text === 'env'
    ) {
      found.push(node);
    } else if (
      ts.isImportSpecifier(node) &&
      (node.propertyName ?? node.name).text === 'env' &&
      node.parent.parent.parent.moduleSpecifier.getText(source).slice(1, -1) === 'node:process'
    ) {
      found.push(node);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * @param {string} folder
 * @returns {Generator<string>}
 */
function* sourceFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (['node_modules', 'dist', 'bundle', 'testdata', 'coverage'].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else if (/\.[cm]?tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts')) yield path;
  }
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkLayers(fileURLToPath(new URL('..', import.meta.url)));
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? 'Layers: in order.' : `Layers: ${problems.length} problem(s).`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
