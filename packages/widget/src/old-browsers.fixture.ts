import bcd from '@mdn/browser-compat-data' with { type: 'json' };
import type { CompatStatement, Identifier, SimpleSupportStatement } from '@mdn/browser-compat-data';
import * as cssTree from 'css-tree';
import { parseAst } from 'vite';

/**
 * What of a built file the oldest browsers lack that we promise: every name in it is looked up in MDN's compatibility data. The files that
 * browsers get are held against this.
 */
const promised = { chrome: 90, edge: 90, firefox: 90, safari: 14.1 } as const;

/** The interfaces whose members the widget could use. */
const interfaces = [
  'AbortController AbortSignal CanvasRenderingContext2D Crypto CSSStyleSheet CustomElementRegistry CustomEvent Document',
  'DocumentFragment DOMTokenList Element ElementInternals Event EventTarget HTMLElement HTMLCanvasElement HTMLImageElement',
  'Headers Location MediaQueryList MutationObserver Navigator Node PageTransitionEvent Performance ReadableStream',
  'ReadableStreamDefaultReader Request Response ShadowRoot SubtleCrypto TextDecoder TextEncoder URL URLSearchParams Window',
]
  .join(' ')
  .split(' ');
const builtins = ['Array', 'Error', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Promise', 'RegExp', 'Set', 'String'];

const homes: Identifier[] = [
  ...interfaces.map((name) => bcd.api[name]),
  ...builtins.map((name) => bcd.javascript.builtins?.[name]),
].filter((home) => home !== undefined);

/** Names of interfaces and their members that one of the browsers lacks. */
export function youngNames(code: string): string[] {
  const { members, globals } = namesIn(parseAst(code));
  const young = new Set<string>();
  for (const name of members) {
    if (homes.some((home) => isYoung(home[name]?.__compat))) young.add(name);
  }
  for (const name of globals) {
    if (isYoung((bcd.api[name] ?? bcd.javascript.builtins?.[name])?.__compat)) young.add(name);
  }
  return [...young];
}

/** Syntax that one of the browsers cannot read. */
export function youngSyntax(code: string): string[] {
  const young: string[] = [];
  walk(parseAst(code), (node) => {
    if (node.type === 'MethodDefinition' && node.key?.type === 'PrivateIdentifier') young.push('private method');
    if (node.type === 'StaticBlock') young.push('static block');
    if (node.type === 'BinaryExpression' && node.left?.type === 'PrivateIdentifier') young.push('#x in y');
    if (node.regex && (/\(\?<[=!]/.test(node.regex.pattern) || /[dv]/.test(node.regex.flags)))
      young.push('young regex');
  });
  return young;
}

/** Properties, functions, pseudo-classes and media features that one of the browsers does not understand. */
export function youngCss(css: string): string[] {
  const young = new Set<string>();
  const note = (name: string, found: Identifier | undefined) => {
    if (isYoung(found?.__compat)) young.add(name);
  };
  cssTree.walk(cssTree.parse(css), (node) => {
    if (node.type === 'Declaration' && !node.property.startsWith('--')) {
      note(node.property, bcd.css.properties?.[node.property]);
    }
    if (node.type === 'Function') note(node.name, functionNamed(node.name));
    if (node.type === 'PseudoClassSelector') note(node.name, bcd.css.selectors?.[node.name]);
    if (node.type === 'Feature') note(node.name, bcd.css['at-rules']?.media?.[node.name]);
  });
  return [...young];
}

function functionNamed(name: string, home: Identifier | undefined = bcd.css.types): Identifier | undefined {
  if (home === undefined) return undefined;
  if (name in home) return home[name];
  const { __compat, ...inner } = home;
  return Object.values(inner as Record<string, Identifier>)
    .map((value) => functionNamed(name, value))
    .find((found) => found !== undefined);
}

/** True when a promised browser lacks it. False for names that the data does not have, which are our own. */
function isYoung(compat: CompatStatement | undefined): boolean {
  if (compat === undefined || compat.status?.standard_track === false) return false;
  return Object.entries(promised).some(([browser, version]) => {
    const support = [compat.support[browser as keyof typeof promised] ?? []].flat() as SimpleSupportStatement[];
    return !support.some((statement) => {
      const { version_added: added, flags, prefix, alternative_name: otherName, version_removed: removed } = statement;
      if (typeof added !== 'string' || flags || prefix || otherName || removed) return false;
      return Number.parseFloat(added.replace('≤', '')) <= version;
    });
  });
}

interface AnyNode {
  type: string;
  name?: string;
  computed?: boolean;
  key?: AnyNode;
  left?: AnyNode;
  property?: AnyNode;
  properties?: AnyNode[];
  regex?: { pattern: string; flags: string };
}

function walk(node: unknown, visit: (node: AnyNode) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && typeof node.type === 'string') visit(node as AnyNode);
  for (const child of Object.values(node)) walk(child, visit);
}

/** `members` are names after a dot or in a destructuring pattern; `globals` are all identifiers. */
function namesIn(program: unknown): { members: string[]; globals: string[] } {
  const members = new Set<string>();
  const globals = new Set<string>();
  walk(program, (node) => {
    if (node.type === 'Identifier' && node.name) globals.add(node.name);
    if (node.type === 'MemberExpression' && !node.computed && node.property?.name) members.add(node.property.name);
    if (node.type !== 'ObjectPattern') return;
    for (const { key } of node.properties ?? []) if (key?.name) members.add(key.name);
  });
  return { members: [...members], globals: [...globals] };
}
