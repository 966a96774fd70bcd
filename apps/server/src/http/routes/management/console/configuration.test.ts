import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseConfigFile } from '../../../../config/config-file.ts';
import { newEvent } from '../../../../core/audit/event.ts';
import { fieldsOfApplication, fieldsOfPool } from '../../../../core/directory/managed-fields.ts';
import { planConfigFile } from '../../../../seed/apply-config-file.ts';
import { applyAgain } from '../../../../seed/seed.ts';
import { openTestPassbeam, type TestPassbeam } from '../../../../testing.ts';
import { callSigned, type SigningKey } from '../signed-call.fixture.ts';
import { onBothEngines } from './both-engines.fixture.ts';

const path = 'passbeam.yaml';

onBothEngines('settings as text for the configuration file', (open) => {
  let passbeam: TestPassbeam;
  let branch: SigningKey;
  let shop: string;
  const call = async (name: string, body: Record<string, unknown>, key: SigningKey = branch) => {
    const { body: reply } = await callSigned(passbeam, 'POST', name, { body, key });
    expect(reply, name).toMatchObject({ statusCode: 200 });
    return reply.data;
  };

  beforeEach(async () => {
    passbeam = await open();
    branch = await passbeam.addPool('bran-ch');
    await call('update-userpool', { userPoolName: "Zweig: 'eins' #2\u2028" });
    await call('update-security-settings', {
      allowedOrigins: ['https://a.example', 'https://*.preview.example.com'],
      registerDisabled: true,
      brand: { color: '#2456E6', logoUrl: 'https://a.example/logo.svg' },
      sso: { idleSeconds: 3600, absoluteSeconds: 7200 },
      qrcodeLoginStrategy: { qrcodeExpiresIn: 90, ticketExpiresIn: 60, returnFullUserInfo: true },
    });
    const level = { targetType: 'USER', key: 'level', label: '级别', dataType: 'NUMBER' };
    await call('set-custom-fields', { list: [level] });
    const made = await call('create-application', {
      ...{ appName: 'yes', domain: 'www.a.example', redirectUris: ['https://a.example/back'], ssoEnabled: false },
      ...{ pollBinding: 'secret', qrPayload: 'link', allowedScopes: ['openid', 'profile'], savesCustomData: true },
      ...{ customSecurityEnabled: true, refreshTokenExpiresIn: 86_400, kind: 'relyingParty' },
      securityOverride: { allowedOrigins: [], qrcodeLoginStrategy: { qrcodeExpiresIn: 30 } },
    });
    shop = made.appId;
    await call('create-application', {
      appName: 'Phone',
      approvesScans: true,
      oidcConfig: { token_endpoint_auth_method: 'none' },
      appleAppIds: ['A1B2C3D4E5.com.example.app'],
      androidApps: [{ package: 'com.example.app', sha256Fingerprints: [Array(32).fill('AB').join(':')] }],
    });
  });
  afterEach(() => passbeam.close());

  const states = (server: TestPassbeam) => ({
    pool: fieldsOfPool(server.directory.getPool(branch.id)),
    secret: server.directory.getPool(branch.id).secret,
    applications: server.directory
      .applications()
      .filter(({ userPoolId }) => userPoolId === branch.id)
      .sort((one, other) => one.id.localeCompare(other.id))
      .map((one) => [one.id, one.tokenEndpointAuthMethod === 'none' || one.secret, fieldsOfApplication(one)]),
  });
  const environmentOf = (names: string[]) => {
    const secrets = [branch.secret, passbeam.directory.getApplication(shop).secret];
    return Object.fromEntries(names.map((name, index) => [name, secrets[index]]));
  };

  it('hold no secret, and make the same settings on an empty server', async () => {
    const { yaml, environment, omitted } = await call('export-configuration', {});
    const env = environmentOf(environment);
    expect(environment).toEqual(['POOL_SECRET_bran_ch', `APP_SECRET_${shop}`]);
    for (const secret of Object.values(env)) expect(yaml).not.toContain(secret);
    expect(omitted).toEqual([]);
    const empty = await openTestPassbeam();
    try {
      await applyAgain(parseConfigFile(yaml, path, env), path, { ...empty, node: 'n' }, pino({ level: 'silent' }));
      expect(states(empty)).toEqual(states(passbeam));
      const fields = await empty.stores.customFields.list(branch.id);
      expect(fields).toMatchObject([{ key: 'level', label: '级别', dataType: 'NUMBER', options: [] }]);
    } finally {
      await empty.close();
    }
  });

  it('change nothing on the server that they come from', async () => {
    const { yaml, environment } = await call('export-configuration', {});
    const file = parseConfigFile(yaml, path, environmentOf(environment));
    const plan = await planConfigFile(file.file, path, { ...passbeam, ...passbeam.stores }, { ...file, node: 'n' });
    expect(plan).toMatchObject({ changes: [], warnings: [] });
  });

  it('of one application are an entry for its pool, and those of other pools are unknown', async () => {
    const whole = parse((await call('export-configuration', {})).yaml);
    const { yaml, environment } = await call('export-configuration', { appId: shop });
    expect(parse(yaml)).toEqual(whole.userPools[0].applications.filter(({ id }: { id: string }) => id === shop));
    expect(environment).toEqual([`APP_SECRET_${shop}`]);
    const { body } = await callSigned(passbeam, 'POST', 'export-configuration', { body: { appId: shop } });
    expect(body).toMatchObject({ statusCode: 404, apiCode: 2011 });
    const withIt = { ...whole, userPools: [{ ...whole.userPools[0], applications: parse(yaml) }] };
    expect(() =>
      parseConfigFile(stringify(withIt), path, {
        ...process.env,
        POOL_SECRET_bran_ch: branch.secret,
        [`APP_SECRET_${shop}`]: branch.secret,
      }),
    ).not.toThrow();
  });

  it('say what they leave out', async () => {
    const pool = passbeam.directory.getPool(branch.id);
    const entry = { name: 'company' } as unknown as (typeof pool.ownTokens)[number];
    await passbeam.directory.putPool({ ...pool, ownTokens: [entry] });
    const made = (await call('create-access-key', { role: 'viewer', name: 'k' }))[0];
    const key = await passbeam.stores.accessKeys.find(made.accessKeyId);
    if (key === null) throw new Error('the key is not there');
    await passbeam.stores.accessKeys.put(
      { ...key, id: 'of-the-file', isFromFile: true },
      newEvent(passbeam.secrets, 'admin.access_key_created', null),
    );
    const { yaml, omitted } = await call('export-configuration', {});
    expect(omitted).toEqual(['ownTokens', 'accessKeys']);
    expect(yaml).toContain('# Left out: ownTokens');
    for (const line of yaml.split('\n').filter((line: string) => line.startsWith('#')))
      expect(line.length).toBeLessThan(90);
  });
});
