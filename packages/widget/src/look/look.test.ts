import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as cssTree from 'css-tree';
import { describe, expect, it } from 'vitest';
import { choiceSheet, systemSheet } from './sheet.ts';
import { colors, constants } from './tokens.ts';

const repository = join(import.meta.dirname, '../../../..');

/** Everything whose looks people see. */
const consumers = [
  'apps/{console,demo,hosted-page}',
  'apps/server/src/http/routes/{site,oidc,console}',
  'packages/widget',
];
const filesOf = (endings: string) =>
  globSync(
    consumers.map((folder) => `${folder}/**/*.${endings}`),
    { cwd: repository, exclude: ['**/node_modules/**', '**/dist/**'] },
  ).filter((file) => !/\.(test|fixture)\.tsx?$/.test(file));
const read = (file: string) => readFileSync(join(repository, file), 'utf8');

/** Colours that are no tokens, each with its reason. */
const exceptions: Record<string, string[]> = {
  // Over the camera's picture, whose brightness nobody knows: white on black, in both schemes.
  'apps/demo/src/phone/phone.css': ['#000', 'rgb(0 0 0/65%)', '#fff', '#fff', 'rgb(0 0 0/60%)'],
  // Black modules on white paper.
  'apps/console/src/parts/drawn-code.tsx': ['#000'],
  // A page outside the workspace's builds that shows how somebody else's site dresses the widget.
  'packages/widget/example/index.html': ['#f3f5f9', '#0d0f13', '#0b7a5b', '#fff'],
};

const sheets = filesOf('css');
const others = filesOf('{ts,tsx,html,svg}').filter((file) => !file.startsWith('packages/widget/src/look/'));

describe('a colour is a token', () => {
  it.each(sheets)('%s', (file) => {
    expect(literalColors(read(file))).toEqual(exceptions[file] ?? []);
  });

  it('in scripts, pages and drawings', () => {
    const found = others.flatMap((file) => {
      const literals = read(file).match(/(?<![\w&])#(?:[\da-f]{6}|[\da-f]{3})\b|\b(?:rgba?|hsla?|oklch)\([^$]*?\)/gi);
      return literals === null ? [] : [[file, [...literals]]];
    });
    const allowed = Object.entries(exceptions).filter(([file]) => !file.endsWith('.css'));
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(allowed));
  });

  it('and so are fonts and corners', () => {
    expect(sheets.filter((file) => fontsOf(read(file)).length > 0)).toEqual([]);
    expect(
      sheets.filter((file) => /border-radius:[^;]*\dpx/.test(read(file).replace(/calc\(var\(.*?\) - 1px\)/g, ''))),
    ).toEqual([]);
    expect(others.filter((file) => /system-ui|sans-serif|monospace/.test(read(file)))).toEqual([]);
  });
});

it('a style sheet uses no token that does not exist', () => {
  const known = [...Object.keys(colors), ...Object.keys(constants)].map((name) => `--${name}`);
  const own = sheets.flatMap((file) => [...read(file).matchAll(/(--[\w-]+)\s*:/g)].map(([, name]) => name));
  const unknown = sheets.flatMap((file) => {
    const used = [...read(file).matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name ?? '');
    return used.filter(
      (name) => !known.includes(name) && !own.includes(name) && !/^--(brand|mantine|passbeam)-/.test(name),
    );
  });
  expect(unknown).toEqual([]);
});

it("the widget's README names the values that the widget has", () => {
  const rows =
    read('packages/widget/README.md')
      .match(/^\| `--passbeam-.*$/gm)
      ?.join('\n') ?? '';
  const named = (['surface', 'text', 'soft', 'line', 'raised', 'accent', 'accent-ink', 'good', 'bad'] as const).flatMap(
    (name) => [...colors[name]],
  );
  expect([...rows.matchAll(/`(#\w+)`/g)].map(([, value]) => value).toSorted()).toEqual(named.toSorted());
  expect(rows).toContain(`\`${constants['radius-card']}\``);
});

it('both sheets hold every token', () => {
  for (const [name, [light, dark]] of Object.entries(colors)) {
    expect(choiceSheet).toContain(`--${name}:light-dark(${light},${dark});`);
    const [onLight = '', onDark = ''] = systemSheet.split('@media');
    expect(onLight).toContain(`--${name}:${light};`);
    expect(onDark).toContain(`--${name}:${dark};`);
  }
});

function literalColors(css: string): string[] {
  const found: string[] = [];
  cssTree.walk(cssTree.parse(css, { parseCustomProperty: true }), (node) => {
    if (node.type === 'Hash') found.push(`#${node.value}`);
    if (node.type === 'Function' && /^(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|light-dark)$/.test(node.name)) {
      found.push(cssTree.generate(node));
    }
    if (node.type === 'Identifier' && cssTree.lexer.matchType('named-color', node.name).error === null)
      found.push(node.name);
  });
  return found;
}

function fontsOf(css: string): string[] {
  return css.match(/font(?:-family)?:[^;]*(?:system-ui|serif|monospace|["'])[^;]*/g) ?? [];
}
