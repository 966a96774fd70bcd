import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emit, pack, repository } from './emit.ts';

/**
 * Writes the package that is published: ES modules, CommonJS, declarations that need no other package's types, and a package.json
 * that points at them. Publish the folder written here, or the archive in it; the workspace itself uses src/.
 */
const packageFolder = resolve(dirname(fileURLToPath(import.meta.url)), '..');

export async function buildSdk(outFolder: string): Promise<void> {
  await rm(outFolder, { recursive: true, force: true });
  await mkdir(outFolder, { recursive: true });
  const sourceFolder = join(packageFolder, 'src');
  await emit({ sourceFolder, outFolder, form: 'module' });
  await emit({ sourceFolder, outFolder: join(outFolder, 'cjs'), form: 'commonjs' });
  await writeFile(join(outFolder, 'package.json'), `${JSON.stringify(await manifest(), null, 2)}\n`);
  await copyFile(join(packageFolder, 'README.md'), join(outFolder, 'README.md'));
  await copyFile(join(repository, 'LICENSE'), join(outFolder, 'LICENSE'));
}

async function manifest(): Promise<object> {
  const source = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  const { name, version, description, license, type, engines } = source;
  return {
    name,
    version,
    description,
    license,
    type,
    engines,
    // Only the entry for Node has an effect when it is imported: it provides WebCrypto.
    sideEffects: ['./node.js', './cjs/node.js'],
    main: './cjs/node.js',
    module: './index.js',
    // Bundlers of phones that do not read `exports` take these, and never the entry for Node.
    'react-native': './index.js',
    browser: './index.js',
    types: './index.d.ts',
    exports: {
      '.': entry('index', 'node'),
      './approval': entry('approval/approval'),
      './qr': entry('qr'),
      './package.json': './package.json',
    },
    files: ['*.js', '*.d.ts', 'approval', 'cjs'],
    publishConfig: { access: 'public' },
  };
}

function entry(name: string, nodeName?: string): object {
  const form = (folder: string) => ({
    types: `${folder}/${name}.d.ts`,
    ...(nodeName && { node: `${folder}/${nodeName}.js` }),
    default: `${folder}/${name}.js`,
  });
  return { import: form('.'), require: form('./cjs') };
}

if (import.meta.main) {
  const outFolder = join(packageFolder, 'dist');
  await buildSdk(outFolder);
  await pack(outFolder, join(outFolder, 'passbeam-sdk.tgz'));
  process.stdout.write(`built ${relative(process.cwd(), outFolder)}\n`);
}
