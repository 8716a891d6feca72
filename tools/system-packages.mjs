import { spawnSync } from 'node:child_process';

/**
 * What tests need beyond npm.
 *
 * @typedef {object} SystemPackage
 * @property {string} program           what is looked for
 * @property {readonly string[]} [or]   what serves as well
 * @property {string} [setting]         names the program's path, in place of looking for it
 * @property {string} package           Debian's or Ubuntu's package that has it
 * @property {string} why
 * @property {string} [otherwise]       what to do where that package is not to be had
 */

/** @type {readonly SystemPackage[]} */
export const SYSTEM_PACKAGES = [
  { program: 'pg_dump', package: 'postgresql-client', why: 'tests compare with pg_dump' },
  { program: 'jq', package: 'jq', why: 'tests re-indent backups with it' },
  { program: 'zstd', package: 'zstd', why: 'tests open compressed backups with it' },
  { program: 'age', package: 'age', why: 'tests open encrypted backups with it' },
  { program: 'redis-server', package: 'redis-server', why: 'tests run the job queue on it' },
  {
    // The same names are looked for by apps/web-e2e/src/chromium.ts.
    program: 'chromium',
    or: ['google-chrome', 'google-chrome-stable'],
    setting: 'SATCHEL_CHROMIUM',
    package: 'chromium',
    why: 'journeys through the web app run in it',
    otherwise:
      'Ubuntu has Chromium as a snap only: install Google Chrome there, or set SATCHEL_CHROMIUM to the path of a Chromium or Chrome.',
  },
];

/**
 * The packages whose program is not found.
 *
 * @param {(program: string) => boolean} isInstalled  takes a name or a path
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function missingPackages(isInstalled = isOnPath, env = process.env) {
  return SYSTEM_PACKAGES.filter(({ program, or = [], setting }) => {
    const named = setting === undefined ? undefined : env[setting];
    return !(named ? [named] : [program, ...or]).some(isInstalled);
  });
}

/** @param {readonly { package: string }[]} missing */
export function installCommand(missing) {
  return `apt-get install -y --no-install-recommends ${missing.map(entry => entry.package).join(' ')}`;
}

/**
 * Installs what is missing, where that is possible: as root on a system with apt-get.
 *
 * @param {(line: string) => void} say
 * @returns {boolean} whether all that tests need is there
 */
export function ensureSystemPackages(say) {
  const missing = missingPackages();
  if (missing.length === 0) return true;
  const command = installCommand(missing);
  if (process.getuid?.() === 0 && isOnPath('apt-get')) {
    say(`Installing system packages: ${command}`);
    runAsRoot('apt-get update');
    runAsRoot(command);
    // One package that is not to be had keeps apt from installing all others.
    for (const entry of missingPackages()) runAsRoot(installCommand([entry]));
  }
  const stillMissing = missingPackages();
  if (stillMissing.length === 0) return true;
  say(howToInstall(stillMissing));
  return false;
}

/** @param {readonly SystemPackage[]} missing */
export function howToInstall(missing) {
  return [
    'The tests need programs that are not installed here:',
    ...missing.map(entry => `  ${entry.program} (package ${entry.package}): ${entry.why}`),
    'Install them, then run "npm test" again:',
    `  sudo apt-get update && sudo ${installCommand(missing)}`,
    ...missing.flatMap(({ otherwise }) => otherwise ?? []),
  ].join('\n');
}

/** @param {string} command */
function runAsRoot(command) {
  spawnSync('sh', ['-c', command], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** @param {string} program */
function isOnPath(program) {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { stdio: 'ignore' }).status === 0;
}
