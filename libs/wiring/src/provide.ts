import type { FactoryProvider, InjectionToken } from '@nestjs/common';

/** Binds a class to what makes its one instance; what it is made of comes in the order of `inject`. */
export function provide<Args extends unknown[], T>(
  token: abstract new (...args: never[]) => T,
  inject: FactoryProvider['inject'] & object,
  useFactory: (...args: Args) => T,
): FactoryProvider<T> {
  return { provide: token, inject, useFactory: useFactory as (...args: unknown[]) => T };
}

/** Binds a class that is made of nothing but what is injected, in the order of its constructor; another order does not compile. */
export function provideClass<Args extends readonly unknown[], T>(
  token: new (...args: Args) => T,
  ...inject: { [Index in keyof Args]: abstract new (...args: never[]) => Args[Index] }
): FactoryProvider<T> {
  return {
    provide: token,
    inject: [...inject] as InjectionToken[],
    useFactory: (...made: unknown[]) => new token(...(made as unknown as Args)),
  };
}
