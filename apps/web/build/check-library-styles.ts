import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const LIST = fileURLToPath(new URL('../src/ui/library-styles.ts', import.meta.url));

/** Fails the build where a component of the library is used and its styles are not in our list: it would look like nothing. */
export function checkLibraryStyles(): Plugin {
  return {
    name: 'satchel:check-library-styles',
    async generateBundle(_options, bundle) {
      const list = await readFile(LIST, 'utf8');
      const used = Object.values(bundle)
        .flatMap(file => (file.type === 'chunk' ? file.moduleIds : []))
        .flatMap(id => /@mantine[\\/]core[\\/].*[\\/](\w+)\.module\.mjs$/.exec(id)?.[1] ?? []);
      const missing = used.filter(name => !list.includes(`styles/${name}.css'`));
      if (missing.length > 0)
        this.error(`src/ui/library-styles.ts lacks: ${[...new Set(missing)].join(', ')}`);
    },
  };
}
