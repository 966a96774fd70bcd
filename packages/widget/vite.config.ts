import { fileURLToPath } from 'node:url';
import { minify as terser } from 'terser';
import { defineConfig, type Plugin } from 'vite';
import { denseStyles } from './scripts/dense-styles.ts';

/** One self-registering ES module for a script tag: `<script type="module" src="…/passbeam-qr.js">`. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [denseStyles(), lean(), minified()],
  build: {
    // Safari 14.1 and browsers of its age know class fields; `browsers.test.ts` finds what they do not know.
    target: 'es2022',
    lib: {
      entry: fileURLToPath(new URL('src/define.ts', import.meta.url)),
      formats: ['es'],
      fileName: () => 'passbeam-qr.js',
    },
    // Vite does not minify whitespace of ES libraries, but this file is served to browsers as it is.
    rolldownOptions: { output: { minify: true } },
  },
});

/** Runs a second minifier, which saves another two hundred bytes. */
function minified(): Plugin {
  return {
    name: 'minified',
    async generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk' || chunk.fileName !== 'passbeam-qr.js') continue;
        const { code = '' } = await terser(chunk.code, {
          module: true,
          ecma: 2020,
          compress: { passes: 3, unsafe_arrows: true, pure_getters: true, keep_fargs: false },
        });
        chunk.code = code;
      }
    },
  };
}

/**
 * Cuts the third of the SDK that the widget never uses: developers' hints, names of refusals it cannot meet, options it never sets. The
 * build fails when a piece is no longer found.
 */
function lean(): Plugin {
  const foreignNames =
    /(["'])\d+\/\d*\1: (["'])(pass|signature|user|wrong|account|client|ticket|regis|qr_[weoc]|not_si|app_identifier|state|pool_|perm|unsup|not_i|too_many|internal|unava|fresh_proof|console_|sign_in_|last_|admin|interaction)\w+\2,\s*/g;
  const cuts: [file: RegExp, cuts: [piece: string | RegExp, instead: string][]][] = [
    [
      /sdk\/src\/errors\.ts$/,
      [
        [/(['"])qr_conflict\1, ?\s*(['"])server_error\2,?/, ''],
        ['this.hint = hints[code] ?? null;', ''],
        [/^\s*(readonly )?(hint|requestId|data|apiCode|refusal|option|timeoutMs)(: [^;]*)?;$/gm, ''],
        [foreignNames, ''],
        [/\bname = (["'])\w+\1;/g, ''],
        [/this\.(requestId|data|apiCode|refusal|option|timeoutMs) = .*;/g, ''],
      ],
    ],
    [
      /sdk\/src\/options\.ts$/,
      [
        [' and must be a non-empty string', ''],
        [': no spaces, no line breaks', ''],
        [', without user, query or fragment', ''],
        // Brackets and ports are told apart by the browser.
        [/\(\?:\\\[\[.*?\{1,5\}\)\?/, '[^\\s/?#@\\\\]+'],
        [/\.replace\(\/\^\(http:.*?\$2(['"])\)/, ''],
      ],
    ],
    [
      /sdk\/src\/request\.ts$/,
      [
        ['checkedTimeoutMs(options.timeoutMs)', '10_000'],
        ['checkedFetch(options.fetch)', 'fetch.bind(globalThis)'],
        ['call.form !== undefined', 'false'],
        [/\.flatMap\(\(\[name, value\]\) =>[\s\S]*?item\]\),?\s*\)/, ''],
        ['userPoolId !== undefined', 'false'],
        [/(requestId|refusal): typeof .*,/g, ''],
        [/sendsCookies: typeof document.*,/, ''],
        ['if (connection.sendsCookies) ', ''],
        [/typeof AbortController === (["'])undefined\1 \? null : /, ''],
        [/controller\?\./g, 'controller.'],
        ['controller.signal ?? null', 'controller.signal'],
        [/data: isRecord\(.*null,?/g, ''],
      ],
    ],
  ];
  return {
    name: 'lean',
    transform: {
      filter: { id: /sdk\/src\// },
      handler: (source, id) =>
        cuts
          .find(([file]) => file.test(id))?.[1]
          .reduce((text, [piece, instead]) => {
            const shorter = text.replace(piece, instead);
            if (shorter === text) throw new Error(`${id} has no ${piece}`);
            return shorter;
          }, source),
    },
  };
}
