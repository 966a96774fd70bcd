import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/** One self-registering ES module for a script tag: `<script type="module" src="…/passbeam-qr.js">`. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [denseStyles(), withoutHints()],
  build: {
    target: 'es2022',
    lib: {
      entry: fileURLToPath(new URL('src/define.ts', import.meta.url)),
      formats: ['es'],
      fileName: () => 'passbeam-qr.js',
    },
    // Vite spares the whitespace of ES libraries; this one is served to browsers as it is.
    rolldownOptions: { output: { minify: true } },
  },
});

/** The style sheet is text inside a script, where no CSS minifier sees it. */
function denseStyles(): Plugin {
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

/** The SDK's advice to developers, a tenth of the file, is nowhere to be seen in the widget. */
function withoutHints(): Plugin {
  return {
    name: 'without-hints',
    transform: {
      filter: { id: /sdk\/src\/errors\.ts$/ },
      handler: (source) => source.replace('hints[code] ?? null', 'null'),
    },
  };
}
