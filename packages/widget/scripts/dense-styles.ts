import type { Plugin } from 'vite';

/** Minifies the style sheet, which is text inside a script, where no CSS minifier looks. */
export function denseStyles(): Plugin {
  return {
    name: 'dense-styles',
    transform: {
      filter: { id: /widget\/src\/styles\.ts$/ },
      handler: (source) =>
        source.replace(/(?<=const css = )`[^`]+`/, (sheet) =>
          sheet
            .replace(/\/\*.*?\*\//gs, '')
            .replace(/\s+/g, ' ')
            .replace(/ ?([{};,]) ?/g, '$1')
            .replace(/: (?=[^{}]*[;}])/g, ':'),
        ),
    },
  };
}
