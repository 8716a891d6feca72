import type { LoggerService } from '@nestjs/common';

/** Parts of NestJS that tell at each start which modules and routes there are. */
const START_UP: ReadonlySet<unknown> = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestApplicationContext',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/**
 * The log that NestJS is given. What it tells of its own start is detail, and would drown what a person has to read then; its
 * warnings and errors stay what they are.
 */
export class FrameworkLog implements LoggerService {
  constructor(private readonly inner: Required<Omit<LoggerService, 'setLogLevels'>>) {}

  log(message: unknown, ...rest: unknown[]): void {
    // Nest puts the part that speaks last.
    if (START_UP.has(rest.at(-1))) this.inner.debug(message, ...rest);
    else this.inner.log(message, ...rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.inner.error(message, ...rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.inner.warn(message, ...rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.inner.debug(message, ...rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.inner.verbose(message, ...rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.inner.fatal(message, ...rest);
  }
}
