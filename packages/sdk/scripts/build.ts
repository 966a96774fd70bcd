import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { wireTypes } from './wire-types.ts';

/**
 * Writes the package as strangers install it: ESM, declarations without foreign types, a package.json that points at
 * them. The workspace itself uses src/; publish the folder this makes.
 */
const packageFolder = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const repository = resolve(packageFolder, '../..');

export async function buildSdk(outFolder: string): Promise<void> {
  await rm(outFolder, { recursive: true, force: true });
  await mkdir(outFolder, { recursive: true });
  await writeFile(join(outFolder, 'protocol.d.ts'), wireTypes());
  await compile(outFolder);
  const files = await readdir(outFolder);
  for (const file of files.filter((name) => name.endsWith('.d.ts'))) await pointAtBuiltFiles(join(outFolder, file));
  await writeFile(join(outFolder, 'package.json'), `${JSON.stringify(await manifest(), null, 2)}\n`);
  await copyFile(join(packageFolder, 'README.md'), join(outFolder, 'README.md'));
  await copyFile(join(repository, 'LICENSE'), join(outFolder, 'LICENSE'));
}

async function compile(outFolder: string): Promise<void> {
  const project = join(outFolder, 'tsconfig.json');
  const here = (path: string) => relative(outFolder, join(packageFolder, path));
  await writeFile(
    project,
    JSON.stringify({
      extends: relative(outFolder, join(repository, 'tsconfig.json')),
      compilerOptions: {
        target: 'ES2022',
        lib: ['ES2023', 'DOM', 'DOM.Iterable'],
        noEmit: false,
        declaration: true,
        rewriteRelativeImportExtensions: true,
        rootDir: here('src'),
        outDir: '.',
        typeRoots: [relative(outFolder, join(repository, 'node_modules/@types'))],
        paths: { '@passbeam/protocol': ['./protocol.d.ts'] },
      },
      include: [here('src')],
      exclude: [here('src/**/*.test.ts'), here('src/**/*.fixture.ts')],
    }),
  );
  const tsc = join(repository, 'node_modules/.bin/tsc');
  await promisify(execFile)(tsc, ['-p', project]).catch((error: { stdout?: string }) => {
    throw new Error(`tsc refused the sources:\n${error.stdout ?? String(error)}`);
  });
  await rm(project);
}

async function pointAtBuiltFiles(path: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  await writeFile(
    path,
    text.replaceAll(`'@passbeam/protocol'`, `'./protocol.js'`).replace(/(['"]\.\/[\w-]+)\.ts(['"])/g, '$1.js$2'),
  );
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
    // Only the Node entry does something when loaded: it hands WebCrypto in.
    sideEffects: ['./node.js'],
    main: './index.js',
    types: './index.d.ts',
    exports: {
      '.': { types: './index.d.ts', node: './node.js', default: './index.js' },
      './qr': { types: './qr.d.ts', default: './qr.js' },
      './package.json': './package.json',
    },
    publishConfig: { access: 'public' },
  };
}

if (import.meta.main) {
  const outFolder = join(packageFolder, 'dist');
  await buildSdk(outFolder);
  process.stdout.write(`built ${relative(process.cwd(), outFolder)}\n`);
}
