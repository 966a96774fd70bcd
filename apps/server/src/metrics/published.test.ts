import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from './metrics.ts';
import { storeFailures } from './store-failure.ts';

/** The dashboard, the alerts and the guide, which people build on, name only metrics that the server really has. */
const root = join(import.meta.dirname, '../../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

let kinds: Map<string, string>;
beforeAll(async () => {
  const metrics = createMetrics({ version: '1.2.3' });
  metrics.watch({
    waitingConnections: () => 0,
    sqlPool: () => ({ used: 0, idle: 0, waiting: 0 }),
    isRedisConnected: () => true,
    droppedLogLines: () => 0,
  });
  const text = await metrics.text();
  kinds = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', kind = '']) => [name, kind]));
});

/** Whether a query may use the name. A histogram is queried by the names of its parts. */
function isServed(name: string): boolean {
  if (name === 'up') return true;
  const [, base = '', part] = /^(.*?)(_bucket|_sum|_count)?$/.exec(name) ?? [];
  return part === undefined || kinds.get(base) !== 'histogram'
    ? kinds.has(name) && kinds.get(name) !== 'histogram'
    : true;
}

function namesIn(query: string): string[] {
  return query.match(/\b(?:passbeam|process|nodejs)_\w+|\bup\b/g) ?? [];
}

const dashboard = JSON.parse(read('deploy/grafana/passbeam.json'));
const panels: { id: number; title: string; datasource?: { uid: string }; targets?: { expr: string }[] }[] =
  dashboard.panels;
const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const));

describe('the dashboard', () => {
  it.each(queries)('%s asks for metrics there are: %s', (_, query) => {
    expect(namesIn(query)).not.toEqual([]);
    for (const name of namesIn(query)) expect(isServed(name), name).toBe(true);
  });

  it('works with any data source, and has each panel once', () => {
    expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' });
    for (const { datasource } of panels.filter(({ targets }) => targets))
      expect(datasource?.uid).toMatch(/^\$\{datasource\}$/);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});

const { groups } = parse(read('deploy/helm/passbeam/alerts.yml'));
const rules: { alert: string; expr: string; annotations: { summary: string }; labels: { severity: string } }[] =
  groups.flatMap((group: { rules: unknown[] }) => group.rules);

describe('the alerts', () => {
  it.each(rules.map((rule) => [rule.alert, rule] as const))('%s asks for metrics there are', (_, rule) => {
    expect(namesIn(rule.expr)).not.toEqual([]);
    for (const name of namesIn(rule.expr)) expect(isServed(name), name).toBe(true);
    expect(rule.annotations.summary).not.toBe('');
    expect(['critical', 'warning']).toContain(rule.labels.severity);
  });

  it('are named by the scrape configuration, and each once', () => {
    expect(parse(read('deploy/prometheus/prometheus.yml'))).toMatchObject({
      rule_files: ['../helm/passbeam/alerts.yml'],
      scrape_configs: [{ job_name: 'passbeam' }],
    });
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });
});

it('a node that is missing from Prometheus’ targets counts as down, too', () => {
  const down = rules.find(({ alert }) => alert === 'PassbeamNodeDown');
  expect(down?.expr).toBe('up{job="passbeam"} == 0 or absent(up{job="passbeam"})');
});

it('the guide lists all metrics of ours, and no other', () => {
  const table = read('docs/guide/observe.md')
    .split('\n')
    .filter((line) => line.startsWith('| `passbeam_'));
  const listed = table.flatMap((line) => (line.split('|')[1] ?? '').match(/passbeam_\w+/g) ?? []);
  const served = [...kinds.keys()].filter((name) => name.startsWith('passbeam_'));
  expect(listed.sort()).toEqual(served.sort());
});

it('the guide lists every way in which a store fails, and no other', () => {
  const [, labels = ''] = /^\| `passbeam_store_errors_total` \|([^|]*)\|/m.exec(read('docs/guide/observe.md')) ?? [];
  for (const store of ['sql', 'redis']) {
    const [, kinds = ''] = new RegExp(`${store} with ([\\w, ]+)`).exec(labels) ?? [];
    const served = storeFailures.filter((failure) => failure.store === store).map(({ kind }) => kind);
    expect(kinds.trim().split(', '), store).toEqual(served);
  }
});

it('a name that is not served would be noticed', () => {
  for (const name of ['passbeam_nonsense_total', 'passbeam_qr_step_seconds', 'passbeam_qr_steps_total_bucket']) {
    expect(isServed(name), name).toBe(false);
  }
});
