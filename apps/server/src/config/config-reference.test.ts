import { readFileSync } from 'node:fs';
import { profileFields } from '@passbeam/protocol';
import { describe, expect, it } from 'vitest';
import { newApplication } from '../core/directory/new-application.ts';
import { askingBounds, jwtBounds } from '../core/directory/own-token-entries.ts';
import { defaultQrcodeLoginStrategy, defaultSsoLifetimes, lifetimeBounds } from '../core/directory/settings.ts';
import { limitWindows } from '../http/limits/limits.ts';
import { Environment } from './environment.ts';
import { ConfigFileSchema } from './file-schema.ts';
import { ownTokensOf } from './own-tokens.ts';

/** docs/reference/configuration.md names every variable and key there is, with its default, and no other. */
const page = readFileSync(new URL('../../../../docs/reference/configuration.md', import.meta.url), 'utf8');

interface Row {
  names: string[];
  cells: string[];
}

/** The table that follows a heading, or a line in bold that begins as one. */
function tableAfter(heading: string): Row[] {
  const [, after] = page.split(`\n${heading}`);
  if (after === undefined) throw new Error(`there is no "${heading}"`);
  const [table = ''] = after.slice(after.indexOf('\n|')).trim().split('\n\n');
  const rows = table.split('\n').slice(2);
  return rows.map((line) => {
    const cells = line.split('|').slice(1, -1);
    return { names: namesIn(cells[0] ?? ''), cells: cells.map((cell) => cell.trim()) };
  });
}

const namesIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
const namesOf = (rows: Row[]) => rows.flatMap(({ names }) => names);

describe('the variables of the environment', () => {
  const rows = tableAfter('## Environment');

  it('are all there, each secret with its file, and no other', () => {
    const read = Object.entries(Environment.properties).flatMap(([name, schema]) =>
      (schema as { secret?: boolean }).secret ? [name, `${name}_FILE`] : [name],
    );
    expect(namesOf(rows).sort()).toEqual(read.sort());
  });

  it('have the defaults they have', () => {
    for (const { names, cells } of rows) {
      const schema = Environment.properties[names[0] as keyof typeof Environment.properties] as { default?: unknown };
      // Without a default in the schema the page may say where the value comes from instead.
      if (schema.default !== undefined) expect(cells[1], names[0]).toBe(`\`${schema.default}\``);
      else expect(cells[1], names[0]).not.toBe('');
    }
  });

  it('have the bounds they have', () => {
    for (const { names, cells } of rows) {
      const schema = Environment.properties[names[0] as keyof typeof Environment.properties] as {
        minimum?: number;
        maximum?: number;
      };
      if (names[0]?.endsWith('PORT') || schema.maximum === undefined) continue;
      expect(cells[2], names[0]).toContain(`${schema.minimum} to ${schema.maximum}`);
    }
  });
});

describe('the keys of the configuration file', () => {
  interface Schema {
    properties: Record<string, Schema>;
    items: Schema;
  }
  const pool = (ConfigFileSchema as unknown as Schema).properties.userPools?.items as Schema;
  const keysOf = (schema: Schema | undefined) => Object.keys(schema?.properties ?? {});
  const ownTokens = pool.properties.ownTokens?.items as Schema;
  const settings = pool.properties.securitySettings as Schema;

  it.each([
    ['**Of a user pool**', keysOf(pool)],
    [
      '**Of its `securitySettings`**',
      [...keysOf(settings), ...keysOf(settings.properties.qrcodeLoginStrategy), ...keysOf(settings.properties.sso)],
    ],
    ['**Of an entry of `ownTokens`**', keysOf(ownTokens)],
    ['**Of its `jwt`**', keysOf(ownTokens.properties.jwt)],
    ['**Of its `introspection`**', keysOf(ownTokens.properties.introspection)],
    ['**Of its `callback`**', keysOf(ownTokens.properties.callback)],
    ['**Of its `person`**', keysOf(ownTokens.properties.person)],
    ['**Of an entry of `accessKeys`**', keysOf(pool.properties.accessKeys?.items)],
    ['**Of an application**', keysOf(pool.properties.applications?.items)],
    ['**Of `customFields`**', keysOf(pool.properties.customFields?.items)],
  ])('%s are all there, and no other', (heading, keys) => {
    expect(namesOf(tableAfter(heading)).sort()).toEqual([...keys].sort());
  });

  it('of people are there, except for some of the profile', () => {
    const named = namesOf(tableAfter('**Of `users`**'));
    const keys = keysOf(pool.properties.users?.items);
    expect(keys).toEqual(expect.arrayContaining(named));
    expect(named).toEqual(expect.arrayContaining(keys.filter((key) => !Object.hasOwn(profileFields, key))));
  });

  it('have the defaults they have', () => {
    const application = newApplication({ id: '', userPoolId: '', name: '', secret: '', approvesScans: true }, 0);
    const defaults: Record<string, unknown> = {
      ...application,
      ...defaultQrcodeLoginStrategy,
      ...defaultSsoLifetimes,
      registerDisabled: false,
    };
    const rows = [...tableAfter('**Of an application**'), ...tableAfter('**Of its `securitySettings`**')];
    const literal = rows.filter(({ cells }) => /^`[^`]+`$/.test(cells[1] ?? ''));
    expect(literal.length).toBeGreaterThan(10);
    for (const { names, cells } of literal) expect(cells[1], names[0]).toBe(`\`${defaults[names[0] ?? '']}\``);
  });

  it.each(Object.entries(lifetimeBounds))('%s has the bounds it has', (name, { min, max, warnAbove }) => {
    const row = tableAfter('**Of its `securitySettings`**').find(({ names }) => names.includes(name));
    expect(row?.cells[2]).toContain(`${min} to ${max}; above ${warnAbove}`);
  });
});

describe('entries of ownTokens', () => {
  it('have the defaults and the bounds they have', () => {
    const own = { name: 'company', applicationId: 'phone', jwt: { issuer: 'https://auth.example.com/' } };
    const [entry] = ownTokensOf([own], 'pool');
    const literal = [
      ...tableAfter('**Of an entry of `ownTokens`**'),
      ...tableAfter('**Of its `jwt`**'),
      ...tableAfter('**Of its `person`**'),
    ];
    const values: Record<string, unknown> = { ...entry, ...entry?.person };
    const told = literal.filter(({ names, cells }) => names.length === 1 && /^`[^`]+`$/.test(cells[1] ?? ''));
    expect(told.length).toBeGreaterThan(10);
    for (const { names, cells } of told) expect(cells[1], names[0]).toBe(`\`${written(values[names[0] ?? ''])}\``);
    for (const [name, { min, max }] of Object.entries(jwtBounds)) {
      expect(literal.find(({ names }) => names[0] === name)?.cells[2]).toContain(`${min} to ${max}`);
    }
  });

  it.each<[way: string, given: object]>([
    ['introspection', { url: 'https://a.example', clientId: 'c', clientSecret: 's', issuer: 'https://a.example' }],
    ['callback', { url: 'https://a.example', secrets: ['s'] }],
  ])('%s has the defaults and the bounds it has', (way, given) => {
    const [entry] = ownTokensOf([{ name: 'company', applicationId: 'phone', [way]: given }], 'pool');
    const values = entry as unknown as Record<string, unknown>;
    const rows = tableAfter(`**Of its \`${way}\`**`);
    const told = rows.filter(({ cells }) => /^`[^`]+`$/.test(cells[1] ?? ''));
    expect(told.length).toBeGreaterThan(0);
    for (const { names, cells } of told) expect(cells[1], names[0]).toBe(`\`${written(values[names[0] ?? ''])}\``);
    const { min, max } = askingBounds.timeoutSeconds;
    expect(rows.find(({ names }) => names[0] === 'timeoutSeconds')?.cells[2]).toContain(`${min} to ${max}`);
  });

  const written = (value: unknown) => (Array.isArray(value) ? `[${value.join(', ')}]` : String(value));
});

describe('the limits', () => {
  const rows = tableAfter('## Limits');
  const each: Record<number, string> = {
    10: 'in ten seconds',
    60: 'a minute',
    600: 'in ten minutes',
    3600: 'an hour',
    86400: 'a day',
  };

  it.each(Object.entries(limitWindows))('%s has the windows it has', (kind, windows) => {
    const row = rows.find(({ cells }) => cells[2] === `\`${kind}\``);
    for (const { points, duration } of windows)
      expect(row?.cells[1]).toContain(`${points.toLocaleString('en')} ${each[duration]}`);
  });

  it('names no kind of limit that is not counted', () => {
    const kinds = rows.flatMap(({ cells }) => namesIn(cells[2] ?? ''));
    const ofCodes = ['outstandingCodes', 'heldCodes'];
    expect([...new Set(kinds)].sort()).toEqual([...Object.keys(limitWindows), ...ofCodes].sort());
  });
});
