import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { root } from './blocks.ts';

/** Commands of the documents that a test cannot run. Only their syntax, and what they name, is checked. */
const notRun: [RegExp, reason: string][] = [
  [/^git clone /, 'it needs a network, and the address of the repository'],
  [/^docker /, 'there is no Docker where tests run; `npm run test:image` carries the Dockerfile out'],
  [/^(kubectl|helm) /, 'there is no Kubernetes; deploy/helm/chart.test.ts reads the chart'],
  [/^sudo /, 'it changes this machine, or asks its systemd; deploying-guide.test.ts runs the command of operators'],
  [/^sleep /, 'it only waits'],
  [/user import people\.jsonl/, 'it names a file of the reader; operate-guide.test.ts imports one'],
  [/^npm ci\b/, 'it would install this repository anew; `npm start` does the same, and every journey begins with it'],
  ...(hasSqlite() ? [] : [[/^sqlite3 /, 'there is no sqlite3 on this machine'] as [RegExp, string]]),
  [/^([A-Z_]+=\S+ )*npm start$/, 'it does not end; every journey begins with it'],
  [/node server\.ts$/, 'it does not end; readme.test.ts starts it'],
  [/^npm test$/, 'this is a part of it'],
  [/^npm run cluster\b/, 'it does not end; cluster.test.ts runs it'],
  [/npm run move-to-postgres$/, 'it names a database of the reader; the tests of stores move one'],
];

function hasSqlite(): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'sqlite3')));
}

export function reasonNotRun(line: string): string | null {
  return notRun.find(([pattern]) => pattern.test(line))?.[1] ?? null;
}

/** The npm scripts, files and compose services that a block names but that do not exist. */
export function namesWithoutThing(text: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { services } = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'));
  const commands = text.replace(/\\\n\s*/g, ' ');
  const wanted = [...commands.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)].map(
    ([, run, bare]) => run ?? bare ?? '',
  );
  const files = [...commands.matchAll(/(?<![\w/.-])((?:deploy|apps|scripts)\/[\w./-]+)/g)].map(([, path = '']) => path);
  const inCompose = [...commands.matchAll(/docker compose up [^\n]*--wait (\w+)/g)].map(([, name = '']) => name);
  return [
    ...wanted.filter((name) => !Object.hasOwn(scripts, name)),
    ...files.filter((path) => !existsSync(join(root, path)) && !path.startsWith('deploy/secrets')),
    ...inCompose.filter((name) => !Object.hasOwn(services, name)),
  ];
}
