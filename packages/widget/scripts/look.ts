import type { Plugin } from 'vite';
import { markPicture } from '../src/look/mark.ts';
import { choiceSheet, systemSheet } from '../src/look/sheet.ts';

/** Answers `import 'virtual:tokens.css'` with the tokens, and writes `icon.svg` where the page has one of its own. */
export function look({ scheme, icon = true }: { scheme: 'system' | 'choice'; icon?: boolean }): Plugin {
  return {
    name: 'look',
    resolveId: { filter: { id: /^virtual:tokens\.css$/ }, handler: (id) => `\0${id}` },
    load: {
      filter: { id: /virtual:tokens\.css$/ },
      handler: () => (scheme === 'system' ? systemSheet : choiceSheet),
    },
    buildStart() {
      if (icon) this.emitFile({ type: 'asset', fileName: 'icon.svg', source: markPicture });
    },
  };
}
