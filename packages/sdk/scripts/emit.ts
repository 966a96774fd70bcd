import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { wireTypes } from './wire-types.ts';

const run = promisify(execFile);
export const repository = resolve(import.meta.dirname, '../../..');

/**
 * Compiles the sources of a package for publication. The scripts and declarations import no package of this workspace: the
 * protocol's types stand beside them in `protocol.d.ts`. A CommonJS folder gets a package.json that declares its module type.
 */
export async function emit(parts: {
  sourceFolder: string;
  outFolder: string;
  form: 'module' | 'commonjs';
  typesOnly?: boolean;
}): Promise<void> {
  const { sourceFolder, outFolder, form, typesOnly = false } = parts;
  await mkdir(outFolder, { recursive: true });
  await writeFile(join(outFolder, 'protocol.d.ts'), wireTypes());
  const project = join(outFolder, 'tsconfig.json');
  const here = (path: string) => relative(outFolder, path);
  const options = {
    target: 'ES2022',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    ...(form === 'commonjs' && { module: 'commonjs', moduleResolution: 'bundler', verbatimModuleSyntax: false }),
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: typesOnly,
    rewriteRelativeImportExtensions: true,
    rootDir: here(join(repository, 'packages')),
    outDir: 'emitted',
    typeRoots: [here(join(repository, 'node_modules/@types'))],
    paths: { '@passbeam/protocol': ['./protocol.d.ts'] },
  };
  await writeFile(
    project,
    JSON.stringify({
      extends: here(join(repository, 'tsconfig.json')),
      compilerOptions: options,
      include: [here(sourceFolder), './protocol.d.ts'],
      exclude: ['test', 'fixture'].map((kind) => join(here(sourceFolder), `**/*.${kind}.ts`)),
    }),
  );
  await run(join(repository, 'node_modules/.bin/tsc'), ['-p', project]).catch((error: { stdout?: string }) => {
    throw new Error(`tsc refused the sources:\n${error.stdout ?? String(error)}`);
  });
  const emitted = join(outFolder, 'emitted', relative(join(repository, 'packages'), sourceFolder));
  for (const file of await readdir(emitted)) await rename(join(emitted, file), join(outFolder, file));
  await rm(join(outFolder, 'emitted'), { recursive: true });
  await rm(project);
  for (const file of await readdir(outFolder, { recursive: true })) {
    if (file.endsWith('.d.ts')) await pointAtEmittedFiles(outFolder, file);
  }
  if (form === 'commonjs') await writeFile(join(outFolder, 'package.json'), '{ "type": "commonjs" }\n');
}

/** Packs an archive for `npm install`. Its name carries no version, so that its download address stays the same. */
export async function pack(packageFolder: string, archive: string): Promise<void> {
  const folder = dirname(archive);
  const { stdout } = await run('npm', ['pack', packageFolder, '--json', '--pack-destination', folder]);
  const [{ filename }] = JSON.parse(stdout);
  await rename(join(folder, filename), archive);
}

async function pointAtEmittedFiles(outFolder: string, file: string): Promise<void> {
  const path = join(outFolder, file);
  const text = await readFile(path, 'utf8');
  const protocol = `${'../'.repeat(file.split(sep).length - 1) || './'}protocol.js`;
  await writeFile(
    path,
    text.replaceAll(`'@passbeam/protocol'`, `'${protocol}'`).replace(/(['"]\.\.?\/[\w/-]+)\.ts(['"])/g, '$1.js$2'),
  );
}
