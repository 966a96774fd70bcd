import { execFile } from 'node:child_process';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { type Dockerfile, DockerfileParser, type Instruction } from 'dockerfile-ast';

const run = promisify(execFile);
/** Absolute paths in the Dockerfile; here they are inside the folder of their stage. */
const absoluteFolders = /(?<![\w./-])\/(app|manifests|built|data)\b/g;

/** The result of the last stage. */
export interface Image {
  /** The folder that stands for `/`. */
  root: string;
  workFolder: string;
  environment: Record<string, string>;
  user: string | null;
  stopSignal: string | null;
  command: string[];
  healthCommand: string[];
}

/**
 * Carries a Dockerfile out on this machine: the same copies and commands, each stage in its own folder. `path` has Node.js and npm in
 * place of the base image; `owner` stands for the user `node`.
 */
export async function carryOut(
  dockerfile: string,
  { contextFolder, folder, path, owner }: { contextFolder: string; folder: string; path: string; owner: number },
): Promise<Image> {
  const parsed: Dockerfile = DockerfileParser.parse(dockerfile);
  const stages = new Map<string, Image>();
  let image: Image | null = null;
  for (const instruction of parsed.getInstructions()) {
    const keyword = instruction.getKeyword();
    if (keyword === 'FROM') {
      image = await newStage(instruction, stages, folder);
      continue;
    }
    if (image === null) throw new Error(`${keyword} before FROM`);
    await apply(instruction, image);
  }
  if (image === null) throw new Error('no FROM');
  return image;

  async function apply(instruction: Instruction, image: Image): Promise<void> {
    const words = instruction.getArguments().map((argument) => argument.getValue());
    const inside = (name: string) => (name.startsWith('/') ? join(image.root, name) : join(image.workFolder, name));
    switch (instruction.getKeyword()) {
      case 'WORKDIR':
        image.workFolder = join(image.root, words[0] ?? '');
        await mkdir(image.workFolder, { recursive: true });
        return;
      case 'ENV':
        for (const word of words) {
          const [name = '', ...value] = word.split('=');
          image.environment[name] = here(value.join('=').replaceAll(/^"|"$/g, ''), image);
        }
        return;
      case 'COPY': {
        const [, stage] = /--from=(\S+)/.exec(instruction.getTextContent()) ?? [];
        const source = stage === undefined ? contextFolder : stages.get(stage)?.root;
        if (source === undefined) throw new Error(`COPY from ${stage}, which is no stage above`);
        const names = words.filter((word) => !word.startsWith('--'));
        const target = inside(names.at(-1) ?? '.');
        for (const name of names.slice(0, -1)) await copyInto(join(source, name), target);
        return;
      }
      case 'RUN': {
        const text = (instruction.getRawArgumentsContent() ?? '')
          .replaceAll(/\\\n/g, ' ')
          .replaceAll('node:node', String(owner));
        await run('/bin/sh', ['-c', here(text, image)], {
          cwd: image.workFolder,
          // The machine's variables are kept because they may name certificates and proxies on the way to the registry.
          env: { ...process.env, ...image.environment, PATH: path },
          maxBuffer: 64 * 1024 * 1024,
        });
        return;
      }
      case 'USER':
        image.user = words[0] ?? null;
        return;
      case 'STOPSIGNAL':
        image.stopSignal = words[0] ?? null;
        return;
      case 'CMD':
        image.command = jsonOf(instruction);
        return;
      case 'HEALTHCHECK':
        image.healthCommand = jsonOf(instruction);
        return;
      case 'LABEL':
      case 'EXPOSE':
      case 'VOLUME':
        return;
      default:
        throw new Error(`${instruction.getKeyword()} is not carried out here: add it`);
    }
  }
}

/** The text with the image's folders as they are called on this machine. */
function here(text: string, { root }: Image): string {
  return text.replaceAll(absoluteFolders, (name) => join(root, name));
}

async function newStage(from: Instruction, stages: Map<string, Image>, folder: string): Promise<Image> {
  const [base = '', , name = 'last'] = from.getArguments().map((argument) => argument.getValue());
  const root = join(folder, name);
  const parent = stages.get(base);
  if (parent === undefined) await mkdir(root, { recursive: true });
  else await cp(parent.root, root, { recursive: true, verbatimSymlinks: true });
  const image: Image = {
    root,
    workFolder: parent === undefined ? root : join(root, parent.workFolder.slice(parent.root.length)),
    environment: { ...parent?.environment },
    user: null,
    stopSignal: null,
    command: [],
    healthCommand: [],
  };
  stages.set(name, image);
  return image;
}

/** Copies a file, or the contents of a folder, as COPY does. @throws Error when the source does not exist */
async function copyInto(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const options = { recursive: true, verbatimSymlinks: true };
  const children = await readdir(source).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (children === null) return cp(source, target.endsWith('/') ? join(target, basename(source)) : target, options);
  for (const child of children) await cp(join(source, child), join(target, child), options);
}

/** The arguments of an instruction in exec form, such as CMD or HEALTHCHECK's CMD. */
function jsonOf(instruction: Instruction): string[] {
  const text = instruction.getTextContent().replaceAll(/\\\n/g, ' ');
  return JSON.parse(text.slice(text.indexOf('['))) as string[];
}
