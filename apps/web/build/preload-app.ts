import type { HtmlTagDescriptor, Plugin } from 'vite';

const BASE = '/backup/';

/**
 * Names the app's own code and styles in the page. `main.ts` asks for them too, but only once it runs; this way they are on their
 * way from the start, with what they import.
 *
 * @param chunk the name of the chunk that `main.ts` imports first
 */
export function preloadApp(chunk: string): Plugin {
  return {
    name: 'satchel:preload-app',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter(file => file.type === 'chunk');
        const entry = chunks.find(({ isEntry }) => isEntry);
        const app = chunks.find(({ name }) => name === chunk);
        if (app === undefined) return undefined;
        const imported = app.imports.filter(file => file !== entry?.fileName);
        const styles = [...(app.viteMetadata?.importedCss ?? [])];
        return [
          ...[...imported, app.fileName].map(file => tag({ rel: 'modulepreload', href: BASE + file })),
          ...styles.map(file => tag({ rel: 'stylesheet', href: BASE + file })),
        ];
      },
    },
  };
}

function tag(attrs: Record<string, string>): HtmlTagDescriptor {
  return { tag: 'link', attrs: { ...attrs, crossorigin: true }, injectTo: 'head' };
}
