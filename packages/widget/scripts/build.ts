import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { build } from 'vite';
import { emit, pack, repository } from '../../sdk/scripts/emit.ts';

/** Writes the file for a script tag, the package, which needs no other one, and its archive. The workspace itself uses src/. */
const home = resolve(import.meta.dirname, '..');
const outFolder = join(home, 'dist');
const folder = join(outFolder, 'package');
const configFile = join(home, 'vite.config.ts');

export async function buildWidget(): Promise<void> {
  await rm(outFolder, { recursive: true, force: true });
  await build({ configFile, logLevel: 'warn' });
  await mkdir(folder, { recursive: true });
  await scripts('es', folder);
  await scripts('cjs', join(folder, 'cjs'));
  for (const form of ['module', 'commonjs'] as const) {
    const types = join(folder, form === 'module' ? '.' : 'cjs');
    await emit({ sourceFolder: join(home, 'src'), outFolder: types, form, typesOnly: true });
    for (const framework of ['react.d.ts', 'vue.d.ts']) {
      await copyFile(join(home, 'types', framework), join(types, framework));
    }
  }
  await copyFile(join(outFolder, 'passbeam-qr.js'), join(folder, 'passbeam-qr.js'));
  await copyFile(join(home, 'README.md'), join(folder, 'README.md'));
  await copyFile(join(repository, 'LICENSE'), join(folder, 'LICENSE'));
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(await manifest(), null, 2)}\n`);
  await pack(folder, join(outFolder, 'passbeam-widget.tgz'));
}

/** Writes modules for bundlers, not minified: one with the class, and one that also registers it. */
async function scripts(format: 'es' | 'cjs', outDir: string): Promise<void> {
  await build({
    configFile,
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: false,
      minify: false,
      lib: {
        entry: ['element', 'define'].map((name) => join(home, 'src', `${name}.ts`)),
        formats: [format],
        fileName: (_format, name) => `${name}.js`,
      },
      rolldownOptions: { output: { minify: false, chunkFileNames: '[name].js' } },
    },
  });
}

async function manifest(): Promise<object> {
  const { name, version, description, license, type } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  return {
    name,
    version,
    description,
    license,
    type,
    sideEffects: ['./define.js', './cjs/define.js', './passbeam-qr.js'],
    main: './cjs/element.js',
    module: './element.js',
    types: './element.d.ts',
    exports: {
      '.': entry('element'),
      './define': entry('define'),
      './passbeam-qr.js': { types: './define.d.ts', default: './passbeam-qr.js' },
      './react': typesOnly('react'),
      './vue': typesOnly('vue'),
      './package.json': './package.json',
    },
    publishConfig: { access: 'public' },
  };
}

function entry(name: string): object {
  const form = (folder: string) => ({ types: `${folder}/${name}.d.ts`, default: `${folder}/${name}.js` });
  return { import: form('.'), require: form('./cjs') };
}

function typesOnly(name: string): object {
  return { import: { types: `./${name}.d.ts` }, require: { types: `./cjs/${name}.d.ts` } };
}

if (import.meta.main) {
  await buildWidget();
  process.stdout.write(`built ${relative(process.cwd(), outFolder)}\n`);
}
