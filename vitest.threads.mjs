import { existsSync } from 'node:fs';
import { enableCompileCache, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/*
 * Preloaded by the processes that tests run in, for the sake of threads that the code under test starts: Node loads those
 * by itself, from source, where an import of `x.js` means `x.ts`.
 */

// Each backup starts a thread. What it loads is made of its source once, not again for each: that took four times as long.
enableCompileCache();

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier.endsWith('.js') && /^(\.|file:)/.test(specifier)) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (source.protocol === 'file:' && existsSync(fileURLToPath(source))) {
        return nextResolve(source.href, context);
      }
    }
    return nextResolve(specifier, context);
  },
});
