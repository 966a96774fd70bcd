import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Environment } from '../../apps/server/src/config.ts';

/** There is no renderer of Go templates in npm: this reads the templates as text. `helm lint` and `helm template` see the rest. */
const read = (path: string) => readFileSync(new URL(`./passbeam/${path}`, import.meta.url), 'utf8');
const values = parse(read('values.yaml')) as Record<string, unknown>;
const schema = JSON.parse(read('values.schema.json'));
const templates = readdirSync(new URL('./passbeam/templates', import.meta.url)).map((name) => ({
  name,
  text: read(`templates/${name}`),
}));
const deployment = templates.find(({ name }) => name === 'deployment.yaml')?.text ?? '';
const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);

/** The value at a path such as `image.tag`; undefined when a step is not there. */
function valueAt(path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], values);
}

/** Every path of the values that ends in something that is no object, or in an empty one. */
function paths(value: unknown, path: string[] = []): string[] {
  const isBranch =
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
  if (!isBranch) return [path.join('.')];
  return Object.entries(value).flatMap(([key, child]) =>
    /^[\w]+$/.test(key) ? paths(child, [...path, key]) : [path.join('.')],
  );
}

describe('values', () => {
  it('fit their schema, which refuses what is no value', () => {
    expect(validate(values), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...values, replicas: 3 })).toBe(false);
    expect(validate({ ...values, drainSeconds: 6 })).toBe(false);
    expect(validate({ ...values, settings: { DATABASE_URL: 'x' } })).toBe(false);
  });

  it('that templates read are there', () => {
    for (const { name, text } of templates) {
      for (const [, path = ''] of text.matchAll(/\.Values\.([\w.]+)/g)) {
        expect(valueAt(path), `${path} in ${name}`).toBeDefined();
      }
    }
  });

  it('are each read by a template', () => {
    const text = templates.map((template) => template.text).join('\n');
    const used = [...text.matchAll(/\.Values\.([\w.]+)/g)].map(([, path = '']) => path);
    const unused = [...new Set(paths(values))].filter(
      (path) => !used.some((each) => path === each || path.startsWith(`${each}.`)),
    );
    expect(unused).toEqual([]);
  });
});

describe('templates', () => {
  it('close every block they open, and include only what is defined', () => {
    const defined = new Set(
      templates.flatMap(({ text }) => [...text.matchAll(/define "([^"]+)"/g)].map(([, name]) => name)),
    );
    for (const { name, text } of templates) {
      const opened = text.match(/\{\{-? *(if|range|with|define) /g) ?? [];
      const closed = text.match(/\{\{-? *end *-?\}\}/g) ?? [];
      expect(closed.length, name).toBe(opened.length);
      for (const [, included] of text.matchAll(/include "([^"]+)"/g)) expect(defined, name).toContain(included);
    }
  });

  it('set only variables that the server knows', () => {
    const known = Object.keys(Environment.properties);
    const set = [...deployment.matchAll(/name: ([A-Z][A-Z_]+)\b/g)].map(([, name]) => name);
    expect(set.length).toBeGreaterThan(5);
    const listed = [...deployment.matchAll(/"([A-Z]+_[A-Z]+)"/g)].map(([, name]) => name);
    expect(listed).toEqual(['SECRET_KEY', 'DATABASE_URL', 'REDIS_URL']);
    const offered = [
      ...schema.properties.secrets.properties.optional.items.enum,
      ...schema.properties.settings.propertyNames.enum,
    ];
    for (const name of [...set, ...listed, ...offered]) expect(known).toContain(name);
  });

  it('give a node the time it takes to stop', () => {
    const grace = Number(/terminationGracePeriodSeconds: (\d+)/.exec(deployment)?.[1]);
    expect(grace).toBeGreaterThan(10);
    const period = Number(/readinessProbe:[\s\S]*?periodSeconds: (\d+)/.exec(deployment)?.[1]);
    expect(valueAt('drainSeconds')).toBeGreaterThan(2 * period);
    expect(schema.properties.drainSeconds).toMatchObject({
      maximum: (Environment.properties.DRAIN_SECONDS as { maximum?: number }).maximum,
    });
  });

  it('grant nothing', () => {
    for (const line of [
      'runAsNonRoot: true',
      'allowPrivilegeEscalation: false',
      'readOnlyRootFilesystem: true',
      'capabilities: { drop: [ALL] }',
      'automountServiceAccountToken: false',
    ]) {
      expect(deployment).toContain(line);
    }
  });
});
