import { spawnSync } from 'node:child_process';

/**
 * What tests need beyond npm: the program that is looked for, the Debian or Ubuntu package that has it, and why.
 */
export const SYSTEM_PACKAGES = [
  { program: 'pg_dump', package: 'postgresql-client', why: 'tests compare with pg_dump' },
  { program: 'jq', package: 'jq', why: 'tests re-indent backups with it' },
  { program: 'zstd', package: 'zstd', why: 'tests open compressed backups with it' },
  { program: 'age', package: 'age', why: 'tests open encrypted backups with it' },
  { program: 'redis-server', package: 'redis-server', why: 'tests run the job queue on it' },
];

/**
 * The packages whose program is not found.
 *
 * @param {(program: string) => boolean} isInstalled
 */
export function missingPackages(isInstalled = isOnPath) {
  return SYSTEM_PACKAGES.filter(({ program }) => !isInstalled(program));
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
    for (const line of ['apt-get update', command]) {
      spawnSync('sh', ['-c', line], {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    }
  }
  const stillMissing = missingPackages();
  if (stillMissing.length === 0) return true;
  say(
    [
      'The tests need programs that are not installed here:',
      ...stillMissing.map(entry => `  ${entry.program} (package ${entry.package}): ${entry.why}`),
      'Install them, then run "npm test" again:',
      `  sudo apt-get update && sudo ${installCommand(stillMissing)}`,
    ].join('\n'),
  );
  return false;
}

/** @param {string} program */
function isOnPath(program) {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { stdio: 'ignore' }).status === 0;
}
