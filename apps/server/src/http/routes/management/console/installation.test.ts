import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfigFile } from '../../../../config/config-file.ts';
import { applyAgain } from '../../../../seed/seed.ts';
import { openTestPassbeam, type TestPassbeam } from '../../../../testing.ts';
import { join, setUpOwner } from '../../../console/browser.fixture.ts';
import { callSigned, type SigningKey } from '../signed-call.fixture.ts';
import { onBothEngines } from './both-engines.fixture.ts';

onBothEngines('the installation', (open, engine) => {
  let passbeam: TestPassbeam;
  beforeEach(async () => {
    passbeam = await open({ node: 'desk' });
  });
  afterEach(() => passbeam.close());
  const call = async (key?: SigningKey) =>
    (await callSigned(passbeam, 'POST', 'get-installation', { body: {}, key })).body;
  const ago = (seconds: number) => new Date(passbeam.clock.now() - seconds * 1000).toISOString();

  it('shows nodes with their last sign of life, and forgets them after a day', async () => {
    const { nodes } = passbeam.stores;
    await nodes.see({ id: 'other', name: 'attic', version: '0.0.1' });
    passbeam.pass(60);
    await passbeam.installation.seeThisNode();
    expect((await call()).data.nodes).toEqual([
      { name: 'desk', version: '0.0.0', startedAt: ago(60), seenAt: ago(0), isAlive: true },
      { name: 'attic', version: '0.0.1', startedAt: ago(60), seenAt: ago(60), isAlive: true },
    ]);
    passbeam.pass(60);
    await passbeam.installation.seeThisNode();
    expect((await call()).data.nodes).toMatchObject([{ isAlive: true }, { name: 'attic', isAlive: false }]);
    expect(await nodes.purge(passbeam.clock.now() - 100_000, 10)).toBe(1);
    expect((await call()).data.nodes).toMatchObject([{ name: 'desk' }]);
    await passbeam.installation.forgetThisNode();
    expect((await call()).data.nodes).toEqual([]);
  });

  it('shows the store, the keys, what is kept how long, and the limits', async () => {
    const { data } = await call();
    expect(data).toMatchObject({
      version: '0.0.0',
      store: { kind: expect.stringMatching(engine), redis: false, schema: expect.stringMatching(/^\d{4}-/) },
      configuration: null,
      retention: { auditDays: null },
      limits: { on: true, unfinishedCodes: 50_000 },
      signingKeys: [{ verifiesUntil: null }],
    });
  });

  it('is shown to no access key of a pool', async () => {
    const made = (await callSigned(passbeam, 'POST', 'create-access-key', { body: { role: 'owner', name: 'k' } })).body;
    const { accessKeyId: id, accessKeySecret: secret } = made.data[0];
    expect(await call({ id, secret })).toMatchObject({ statusCode: 403, refusal: 'permission_denied' });
  });
});

describe('what the configuration file would change', () => {
  const fileOf = (name: string, secret = 'a-secret-of-the-pool-that-is-long-enough') =>
    `userPools:\n  - id: pool1\n    secret: ${secret}\n    name: ${name}\n`;
  let passbeam: TestPassbeam;
  let text = '';
  const path = 'passbeam.yaml';
  const readFile = async () => parseConfigFile(text, path);

  beforeEach(async () => {
    passbeam = await openTestPassbeam({ PASSBEAM_CONFIG: path }, { node: 'desk', readFile });
    text = fileOf('Ours');
    await applyAgain(await readFile(), path, { ...passbeam, node: 'desk' }, pino({ level: 'silent' }));
  });
  afterEach(() => passbeam.close());

  it('is told to owners of all pools, by key and line, and to nobody else', async () => {
    const { browser: owner } = await setUpOwner(passbeam);
    const { browser: viewer } = await join(passbeam, owner, 'eve', [{ userPoolId: '*', role: 'viewer' }]);
    const { browser: ofOne } = await join(passbeam, owner, 'bo', [{ userPoolId: 'pool1', role: 'owner' }]);
    const seen = async (by: typeof owner) => (await by.manage('get-installation', {})).data?.configuration;
    expect(await seen(owner)).toMatchObject({ node: 'desk', managedFields: 1, differences: [] });
    text = fileOf('Theirs', 'another-secret-that-is-long-enough-too');
    passbeam.pass(11);
    const { differences } = await seen(owner);
    expect(differences).toEqual([{ path: 'userPools[0].name', line: 4, stored: 'Ours', file: 'Theirs' }]);
    expect(await seen(viewer)).toMatchObject({ differences: [] });
    expect(await ofOne.manage('get-installation', {})).toMatchObject({ statusCode: 403 });
    expect(passbeam.directory.getPool('pool1').name).toBe('Ours');
  });

  it('is unknown where the file cannot be applied', async () => {
    const { browser: owner } = await setUpOwner(passbeam);
    text = 'userPools: [{ nonsense: a-secret }]';
    const { data } = await owner.manage('get-installation', {});
    expect(data.configuration).toMatchObject({ node: 'desk', differences: null });
    expect(JSON.stringify(data)).not.toContain('a-secret');
  });
});
