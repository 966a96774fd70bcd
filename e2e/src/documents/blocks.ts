import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A fenced block of code in a document. */
export interface Block {
  /** The document's path from the root of the repository. */
  document: string;
  line: number;
  language: string;
  text: string;
  /** The file name in the block's first line, such as `// server.ts` or `<!-- login.html -->`; null without one. */
  file: string | null;
}

export async function blocksOf(document: string): Promise<Block[]> {
  return extractBlocks(await readFile(join(root, document), 'utf8'), document);
}

/** @throws Error for a fence that is not closed */
export function extractBlocks(markdown: string, document: string): Block[] {
  const blocks: Block[] = [];
  let open: { fence: string; indent: number; language: string; line: number; lines: string[] } | null = null;
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, spaces = '', fence = '', language = ''] = /^( *)(`{3,}|~{3,})\s*([\w+-]*)/.exec(line) ?? [];
    if (open === null) {
      if (fence) open = { fence, indent: spaces.length, language, line: index + 1, lines: [] };
    } else if (fence.startsWith(open.fence) && language === '') {
      const { lines, fence: _, indent: __, ...rest } = open;
      const text = `${lines.join('\n')}\n`;
      const file = /^(?:\/\/|#|<!--|--) ([\w-]+\.\w+)/.exec(text)?.[1] ?? null;
      blocks.push({ ...rest, document, text, file });
      open = null;
    } else {
      open.lines.push(line.startsWith(' '.repeat(open.indent)) ? line.slice(open.indent) : line);
    }
  }
  if (open !== null) throw new Error(`${document}:${open.line}: the block is not closed`);
  return blocks;
}

/** The text of the block with this file name. @throws Error when there is none, or more than one */
export async function blockNamed(document: string, file: string): Promise<string> {
  const found = (await blocksOf(document)).filter((block) => block.file === file);
  if (found.length !== 1) throw new Error(`${document} has ${found.length} blocks called ${file}`);
  return found[0]?.text ?? '';
}
