import { readdirSync, readFileSync } from 'node:fs';
import { knownSettings } from '@passbeam/workshop/passbeam';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

/** npm has no renderer of Go templates, so this test reads the templates as text. `helm lint` and `helm template` check the rest. */
const read = (path: string) => readFileSync(new URL(`./passbeam/${path}`, import.meta.url), 'utf8');
const values = parse(read('values.yaml')) as Record<string, unknown>;
const schema = JSON.parse(read('values.schema.json'));
const templates = readdirSync(new URL('./passbeam/templates', import.meta.url)).map((name) => ({
  name,
  text: read(`templates/${name}`),
}));
const deployment = templates.find(({ name }) => name === 'deployment.yaml')?.text ?? '';
const helpers = templates.find(({ name }) => name === '_helpers.tpl')?.text ?? '';
const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);

/** The value at a path such as `image.tag`; undefined when a part of the path is missing. */
function valueAt(path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], values);
}

/** The paths of all values that are no objects, and of empty objects. */
function paths(value: unknown, path: string[] = []): string[] {
  const isBranch =
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
  if (!isBranch) return [path.join('.')];
  return Object.entries(value).flatMap(([key, child]) =>
    /^[\w]+$/.test(key) ? paths(child, [...path, key]) : [path.join('.')],
  );
}

describe('values', () => {
  it('fit their schema, which refuses unknown values', () => {
    expect(validate(values), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...values, replicas: 3 })).toBe(false);
    expect(validate({ ...values, drainSeconds: 6 })).toBe(false);
    expect(validate({ ...values, settings: { DATABASE_URL: 'x' } })).toBe(false);
  });

  it('add variables and volumes of the operator to the pods', () => {
    const extra = {
      extraEnv: [
        { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://collector:4318' },
        { name: 'NODE_EXTRA_CA_CERTS', value: '/ca/ca.crt' },
      ],
      extraVolumes: [{ name: 'ca', configMap: { name: 'ca' } }],
      extraVolumeMounts: [{ name: 'ca', mountPath: '/ca', readOnly: true }],
    };
    expect(validate({ ...values, ...extra }), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...values, extraEnv: [{ value: 'of what?' }] })).toBe(false);
    for (const [name, place] of [
      ['extraEnv', / {10}env:\n[\s\S]*? {10}startupProbe:/],
      ['extraVolumeMounts', / {10}volumeMounts:\n[\s\S]*? {6}volumes:/],
      ['extraVolumes', / {6}volumes:\n[\s\S]*nodeSelector/],
    ] as const) {
      expect(place.exec(deployment)?.[0]).toContain(`{{- with .Values.${name} }}`);
    }
  });

  it('add pods when nodes near a whole core, not a fraction of one', () => {
    expect(valueAt('autoscaling.cpuRequest')).toBe('1');
    expect(deployment).toContain('resources: {{- include "passbeam.resources" . |');
    expect(helpers).toMatch(/autoscaling\.enabled[\s\S]*"cpu" \.Values\.autoscaling\.cpuRequest/);
  });

  it('exist wherever a template reads one', () => {
    for (const { name, text } of templates) {
      for (const [, path = ''] of text.matchAll(/\.Values\.([\w.]+)/g)) {
        expect(valueAt(path), `${path} in ${name}`).toBeDefined();
      }
    }
  });

  it('are all read by a template', () => {
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
    const set = [...deployment.matchAll(/name: ([A-Z][A-Z_]+)\b/g)].map(([, name]) => name);
    expect(set.length).toBeGreaterThan(5);
    const listed = [...deployment.matchAll(/"([A-Z]+_[A-Z]+)"/g)].map(([, name]) => name);
    expect(listed).toEqual(['CONSOLE_PORT', 'SECRET_KEY', 'DATABASE_URL', 'REDIS_URL']);
    const offered = [
      ...schema.properties.secrets.properties.optional.items.enum,
      ...schema.properties.settings.propertyNames.enum,
    ];
    for (const name of [...set, ...listed, ...offered]) expect(knownSettings).toContain(name);
  });

  it('open the console’s own port in the pods, to no Service', () => {
    const settings = { CONSOLE: 'on', CONSOLE_PORT: '3100', CONSOLE_HOST: '0.0.0.0', CONSOLE_NETWORKS: '10.0.0.0/8' };
    expect(validate({ ...values, settings }), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...values, settings: { CONSOLE_PORT: '0' } })).toBe(false);
    expect(deployment).toMatch(
      /with get \.Values\.settings "CONSOLE_PORT" \}\}\n +- \{ name: console, containerPort: /,
    );
    expect(templates.find(({ name }) => name === 'service.yaml')?.text).not.toContain('console');
  });

  it('install nothing without a configuration, because the server would create a demo and log its secrets', () => {
    const [, sources = ''] = /- name: config\n([\s\S]*?)\n {8}\{\{- with/.exec(deployment) ?? [];
    expect(sources).toMatch(
      /\{\{- else \}\}\s+(\{\{- \/\*.*\*\/\}\}\s+)?\{\{- fail "config is empty: .*" \}\}\s+\{\{- end \}\}$/,
    );
    expect(deployment).toMatch(/^ {12}- \{ name: PASSBEAM_CONFIG, value: \/config\/passbeam\.yaml \}$/m);
  });

  it('behind an ingress, trust the proxies that the operator names, and none by default', () => {
    expect(valueAt('trustedProxies')).toBe('');
    expect(deployment).toMatch(
      /\.Values\.ingress\.enabled \}\}\s+value: \{\{ required "trustedProxies is empty: [^"]*" \.Values\.trustedProxies/,
    );
  });

  it('give names that are short enough for Kubernetes, suffixes included', () => {
    const longest = Number(/trunc (\d+)/.exec(helpers)?.[1]);
    const suffixes = templates.flatMap(({ text }) =>
      [...text.matchAll(/"passbeam\.fullname" \.\)? *\}\}(-[a-z-]+)/g)].map(([, suffix = '']) => suffix),
    );
    expect([...new Set(suffixes)].sort()).toEqual(['-config', '-metrics']);
    for (const suffix of suffixes) expect(longest + suffix.length).toBeLessThanOrEqual(63);
    expect(schema.properties.fullnameOverride.maxLength).toBe(longest);
  });

  it('give the first node of a release ten minutes to migrate', () => {
    expect(valueAt('startupSeconds')).toBeGreaterThanOrEqual(600);
    expect(deployment).toMatch(
      /startupProbe:\n.*\n {12}periodSeconds: 1\n.*\n {12}failureThreshold: \{\{ \.Values\.startupSeconds \}\}/,
    );
  });

  it('give the scraped job the name that the alerts query, and install those alerts', () => {
    const monitor = templates.find(({ name }) => name === 'service-monitor.yaml')?.text ?? '';
    const [, label] = /^ {2}jobLabel: (\S+)$/m.exec(monitor) ?? [];
    const [, labels = ''] = /define "passbeam\.labels"([\s\S]*?)end -/.exec(helpers) ?? [];
    const [, job] = new RegExp(`^${label}: (\\S+)$`, 'm').exec(labels) ?? [];
    const alerts = read('alerts.yml');
    expect(new Set([...alerts.matchAll(/job="([^"]*)"/g)].map(([, asked]) => asked))).toEqual(new Set([job]));
    const rule = templates.find(({ name }) => name === 'prometheus-rule.yaml')?.text ?? '';
    expect(rule).toContain('{{- .Files.Get "alerts.yml" | nindent 2 }}');
  });

  it('give a node the time it takes to stop', () => {
    const grace = Number(/terminationGracePeriodSeconds: (\d+)/.exec(deployment)?.[1]);
    expect(grace).toBeGreaterThan(10);
    const [, period, failures] = (
      /readinessProbe:[\s\S]*?periodSeconds: (\d+)[\s\S]*?failureThreshold: (\d+)/.exec(deployment) ?? []
    ).map(Number);
    // One slow answer removes no pod, and a stopping pod is removed before it stops listening.
    expect(failures).toBeGreaterThan(1);
    expect(valueAt('drainSeconds')).toBeGreaterThan((period ?? Infinity) * (failures ?? Infinity));
  });

  it('grant the pods no privileges', () => {
    for (const line of [
      'runAsNonRoot: true',
      'allowPrivilegeEscalation: false',
      'readOnlyRootFilesystem: true',
      'capabilities: { drop: [ALL] }',
      'automountServiceAccountToken: false',
      'enableServiceLinks: false',
    ]) {
      expect(deployment).toContain(line);
    }
  });
});
