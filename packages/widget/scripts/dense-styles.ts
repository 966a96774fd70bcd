import type { Plugin } from 'vite';
import { css } from '../src/styles.ts';

/** Puts the widget's style sheet in as one minified text: it stands inside a script, where no CSS minifier looks. */
export function denseStyles(): Plugin {
  const sheet = css
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replace(/: (?=[^{}]*[;}])/g, ':')
    .replaceAll(';}', '}')
    .replace(/#(.)\1(.)\2(.)\3\b/g, '#$1$2$3');
  return {
    name: 'dense-styles',
    transform: {
      filter: { id: /widget\/src\/styles\.ts$/ },
      handler: (source) => source.replace(/(?<=const css = )`[^`]+`/, () => `\`${sheet}\``),
    },
  };
}
