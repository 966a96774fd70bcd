import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from './config.ts';
import { readConfigFile } from './config-file.ts';
import { Environment } from './environment.ts';

const repository = join(import.meta.dirname, '../../../..');
const folder = mkdtempSync(join(tmpdir(), 'passbeam-deployment-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What deploy/prepare.sh makes. */
function prepare(name: string, ...parameters: string[]): string {
  const path = join(folder, name);
  execFileSync(join(repository, 'deploy/prepare.sh'), [...parameters, path], { stdio: 'pipe' });
  return path;
}

describe('what deploy/ gives the server', () => {
  let secrets: string;
  beforeAll(() => {
    secrets = prepare('secrets');
  });

  it('by compose.yaml are settings that it knows and takes', () => {
    const { services } = parse(readFileSync(join(repository, 'compose.yaml'), 'utf8'), { merge: true });
    const nodes = Object.values<{ image: string; environment: object }>(services).filter(
      ({ image }) => image === 'passbeam',
    );
    expect(nodes.length).toBeGreaterThan(1);
    for (const { environment } of nodes) {
      for (const name of Object.keys(environment)) {
        expect(Object.keys(Environment.properties)).toContain(name.replace(/_FILE$/, ''));
      }
      const read = Object.entries(environment).map(([name, value]) => [
        name,
        String(value)
          .replace('/run/secrets', secrets)
          .replace(/^\$\{PUBLIC_URL:-(.*)\}$/, '$1'),
      ]);
      expect(loadConfig(Object.fromEntries(read))).toMatchObject({
        warnings: [],
        publicUrl: 'http://localhost:3000',
        databaseUrl: expect.stringMatching(/^postgres:\/\/passbeam:\w{48}@postgres:5432\/passbeam$/),
        redisUrl: expect.stringMatching(/^redis:\/\/:\w{48}@valkey:6379$/),
        secretKeys: [expect.stringMatching(/^\w{64}$/)],
        trustedProxies: [services.balancer.networks.default.ipv4_address],
      });
    }
  });

  it('by prepare.sh is a configuration that it takes', async () => {
    const { file, warnings } = await readConfigFile(join(secrets, 'config/passbeam.yaml'), {});
    expect(warnings).toEqual([]);
    expect(file.userPools[0]?.applications).toHaveLength(2);
    // Whoever starts from it lets no strangers in and names the sites that show codes.
    expect(file.userPools[0]?.securitySettings).toEqual({ registerDisabled: true, allowedOrigins: [] });
  });

  it('by prepare.sh are the sites it is told', async () => {
    const origins = ['https://www.example.com', 'http://[::1]:5173'];
    const more = prepare('more', ...origins.flatMap((origin) => ['--origin', origin]));
    const { file } = await readConfigFile(join(more, 'config/passbeam.yaml'), {});
    expect(file.userPools[0]?.securitySettings?.allowedOrigins).toEqual(origins);
  });

  it('by the chart is every setting: one of its own, a secret, or one that the operator may write', () => {
    const chart = join(repository, 'deploy/helm/passbeam');
    const { settings, secrets: own } = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8')).properties;
    const template = readFileSync(join(chart, 'templates/deployment.yaml'), 'utf8');
    const offered = [...settings.propertyNames.enum, ...own.properties.optional.items.enum];
    const missing = Object.keys(Environment.properties).filter(
      (name) => !offered.includes(name) && !new RegExp(`name: ${name}\\b|"${name}"`).test(template),
    );
    // The chart turns the demo off.
    expect(missing).toEqual(['DEMO_PORT']);
  });

  it('by the chart is no longer a drain than it allows', () => {
    const schema = JSON.parse(readFileSync(join(repository, 'deploy/helm/passbeam/values.schema.json'), 'utf8'));
    expect(schema.properties.drainSeconds).toMatchObject({
      maximum: (Environment.properties.DRAIN_SECONDS as { maximum?: number }).maximum,
    });
  });
});
