import { type SecurityCheckDto, warningTypes } from '@passbeam/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../../testing.ts';
import { callSigned } from '../signed-call.fixture.ts';

let passbeam: TestPassbeam;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
});
afterEach(() => passbeam.close());

const call = async (path: string, body: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  (await callSigned(passbeam, 'POST', path, { body, headers })).body;
const warnings = async () =>
  (await call('list-warnings')).data.list.map(({ type, appId, value }: never) => ({ type, appId, value }));

it('a pool sees itself, and no other', async () => {
  await passbeam.addPool('pool2');
  const { data } = await call('list-userpools');
  expect(data.list).toMatchObject([{ userPoolId: 'pool1', configuration: null }]);
  expect(JSON.stringify(data)).not.toContain(passbeam.pool.secret);
});

it('its name and defaults change, and new applications begin with them', async () => {
  const { data } = await call('update-userpool', { userPoolName: 'Ours', defaults: { pollBinding: 'secret' } });
  expect(data).toMatchObject({ userPoolName: 'Ours', defaults: { pollBinding: 'secret' }, updatedBy: 'pool1' });
  expect((await call('create-application', { appName: 'New' })).data.pollBinding).toBe('secret');
  const [event] = await passbeam.stores.audit.list({ type: 'admin.userpool_updated', limit: 1 });
  expect(event?.detail.targetValue).toContain('Ours');
});

it('changes on an older version, and of what the file writes, are refused', async () => {
  await call('update-userpool', { userPoolName: 'Ours' });
  expect(await call('update-userpool', { userPoolName: 'X', ifVersion: 0 })).toMatchObject({
    refusal: 'version_conflict',
  });
  const managed = { configuration: 'managed', fields: { name: 3 }, secretVersion: 0 } as const;
  await passbeam.directory.putPool({ ...passbeam.directory.getPool('pool1'), managed });
  expect(await call('update-userpool', { userPoolName: 'X' })).toMatchObject({ refusal: 'managed_by_file' });
  expect((await call('get-userpool')).data).toMatchObject({ userPoolName: 'Ours', managed: { userPoolName: 'file' } });
});

it('warns of what stands, and no longer once it is gone', async () => {
  const before = await warnings();
  await passbeam.setStrategy({ returnFullUserInfo: true, qrcodeExpiresIn: 601 });
  await passbeam.addApplication({ id: 'open', pollBinding: 'none' });
  await call('rotate-application-secret', { appId: 'site', overlapSeconds: 3600 });
  const endsAt = new Date(passbeam.clock.now() + 3_600_000).toISOString();
  expect(await warnings()).toEqual(
    expect.arrayContaining([
      { type: 'fullUserInfoOn', appId: null, value: null },
      { type: 'qrcodeLivesLong', appId: null, value: '601' },
      { type: 'pollBindingNone', appId: 'open', value: null },
      { type: 'secretEndsSoon', appId: 'site', value: endsAt },
    ]),
  );
  await passbeam.setStrategy({ returnFullUserInfo: false, qrcodeExpiresIn: 120 });
  await passbeam.directory.putApplication({ ...passbeam.directory.getApplication('open'), enabled: false });
  passbeam.pass(3600);
  expect(await warnings()).toEqual(before);
});

it('warns of two configuration files that are applied in turn, and not of one after the other', async () => {
  const { appliedFiles } = passbeam.stores;
  const types = async () => (await warnings()).map(({ type }: { type: string }) => type);
  for (const digest of ['old', 'new']) await appliedFiles.add({ digest, node: 'one' });
  expect(await types()).not.toContain('twoConfigurationFiles');
  await appliedFiles.add({ digest: 'old', node: 'two' });
  expect(await types()).toContain('twoConfigurationFiles');
  passbeam.pass(600);
  expect(await types()).not.toContain('twoConfigurationFiles');
});

it('is told in Chinese to those who ask in Chinese', async () => {
  const { data } = await call('list-warnings', {}, { 'x-authing-lang': 'zh-CN' });
  expect(data.list[0].message).toMatch(/[\u4e00-\u9fff]/);
});

it('a custom field is forgotten, and its values stay', async () => {
  await call('set-custom-fields', { list: [{ targetType: 'USER', key: 'team' }] });
  expect(await call('delete-custom-fields', { keys: ['team', 'unknown'] })).toMatchObject({ data: { success: true } });
  expect(await passbeam.stores.customFields.list('pool1')).toEqual([]);
});

it('reports everything that warnings know of, met or not, in both languages', async () => {
  await passbeam.setStrategy({ returnFullUserInfo: true });
  await passbeam.addApplication({ id: 'open', pollBinding: 'none' });
  const report = async (lang: string) =>
    (await call('get-security-report', {}, { 'x-authing-lang': lang })).data.list as SecurityCheckDto[];
  const [english, chinese] = [await report('en-US'), await report('zh-CN')];
  expect(new Set(english.map(({ type }) => type))).toEqual(new Set(warningTypes));
  const of = (list: SecurityCheckDto[], type: string) => list.find((check) => check.type === type);
  expect(of(english, 'fullUserInfoOn')).toMatchObject({ isMet: false, appIds: [] });
  expect(of(english, 'pollBindingNone')).toMatchObject({ isMet: false, appIds: ['open'] });
  expect(of(english, 'browserExchangeOn')).toMatchObject({ isMet: true, message: expect.stringContaining('backend') });
  expect(of(chinese, 'browserExchangeOn')?.message).toMatch(/\p{Script=Han}/u);
  const standing = new Set((await warnings()).map(({ type }: { type: string }) => type));
  expect(new Set(english.filter(({ isMet }) => !isMet).map(({ type }) => type))).toEqual(standing);
  expect(english.map(({ isMet }) => isMet)).toEqual(english.map(({ isMet }) => isMet).sort());
});
