import type { FactoryProvider } from '@nestjs/common';

/** Binds a class to what makes its one instance; what it is made of comes in the order of `inject`. */
export function provide<Args extends unknown[], T>(
  token: abstract new (...args: never[]) => T,
  inject: FactoryProvider['inject'] & object,
  useFactory: (...args: Args) => T,
): FactoryProvider<T> {
  return { provide: token, inject, useFactory: useFactory as (...args: unknown[]) => T };
}
