import { resolve } from 'node:path';

/** Where the tour keeps its things, and the environment of the commands that it runs. */
export interface TourConfig {
  readonly homeDir: string;
  readonly backupDir: string;
  /** Says that a tour was stopped half way, and which backup puts its rows back. */
  readonly noteFile: string;
  /** An empty `satchel.config.json`: one for another database in the working directory would not fit the school. */
  readonly configFile: string;
  /** @param databaseUrl of the demo school: the tour never touches a database that a setting names */
  childEnvironment(databaseUrl: string): NodeJS.ProcessEnv;
}

export function readTourConfig(): TourConfig {
  const homeDir = resolve(process.env['SATCHEL_HOME']?.trim() || '.satchel');
  const backupDir = resolve(homeDir, 'tour-backups');
  const configFile = resolve(homeDir, 'tour.config.json');
  return {
    homeDir,
    backupDir,
    configFile,
    noteFile: resolve(homeDir, 'tour-unfinished'),
    childEnvironment: databaseUrl => ({
      ...process.env,
      DATABASE_URL: databaseUrl,
      CATALOG_DATABASE_URL: databaseUrl,
      BACKUP_DIR: backupDir,
      SATCHEL_HOME: homeDir,
      SATCHEL_CONFIG: configFile,
      LOG_LEVEL: 'warn',
    }),
  };
}
