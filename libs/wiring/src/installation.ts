import type { Readable } from 'node:stream';
import type { Type } from '@nestjs/common';
import type { LazyModuleLoader, ModuleRef } from '@nestjs/core';
import { BackupCatalog } from '@satchel/domain';
import { CopySources } from '@satchel/use-cases';
import type { FoundBackupFile } from './backup-file/find-backup-file.js';
import { findBackupFile } from './backup-file/find-backup-file.js';
import { ProtectedDatabase } from './protected-database.js';
import type { ConfigSource, WiringConfig } from './wiring.config.js';
import { loadWiringConfig } from './wiring.config.js';
import { WiringModule } from './wiring.module.js';

export interface OpenInstallationOptions {
  readonly source: ConfigSource;
  /** Tells a person what takes long. */
  readonly notice: (line: string) => void;
  /** See `WiringOptions`. */
  readonly catalogPoolSize?: number;
  readonly signal: AbortSignal;
}

/** The use cases of one installation, ready to run. */
export class Installation {
  constructor(
    readonly config: WiringConfig,
    private readonly module: ModuleRef,
    private readonly signal: AbortSignal,
  ) {}

  /** A use case or a port, by its class. */
  get<T>(token: Type<T> | (abstract new (...args: never[]) => T)): T {
    return this.module.get<T>(token);
  }

  findBackupFile(named: string, standardInput: Readable): Promise<FoundBackupFile> {
    return findBackupFile(named, {
      sources: this.get(CopySources),
      standardInput,
      maxBytes: this.config.maxBackupFileSizeBytes,
      signal: this.signal,
    });
  }

  /** Closes the catalog's connections, then gives back the embedded server. */
  async close(): Promise<void> {
    try {
      await this.get(BackupCatalog).close();
    } finally {
      await this.get(ProtectedDatabase).close();
    }
  }
}

/**
 * Reads the settings and wires up an installation in a running NestJS application.
 *
 * @throws BackupError `validation_error` naming every wrong setting
 */
export async function openInstallation(
  loader: LazyModuleLoader,
  { source, notice, signal, ...options }: OpenInstallationOptions,
): Promise<Installation> {
  const config = loadWiringConfig(source);
  const module = await loader.load(() => WiringModule.forOptions({ config, notice, ...options }));
  return new Installation(config, module, signal);
}
