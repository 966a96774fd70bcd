import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';
import { callSigned, type SigningKey } from './signed-call.fixture.ts';

let passbeam: TestPassbeam;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
});
afterEach(() => passbeam.close());

const post = async (path: string, body: Record<string, unknown>, key?: SigningKey) =>
  (await callSigned(passbeam, 'POST', path, { body, key })).body;
const get = async (path: string, query: Record<string, string>, key?: SigningKey) =>
  (await callSigned(passbeam, 'GET', path, { query, key })).body;
const declare = (...fields: object[]) =>
  post('set-custom-fields', { list: fields.map((field) => ({ targetType: 'USER', ...field })) });
const set = (list: object[], key?: SigningKey) =>
  post('set-custom-data', { targetType: 'USER', targetIdentifier: passbeam.alice.id, list }, key);
const read = (key?: SigningKey) =>
  get('get-custom-data', { targetType: 'USER', targetIdentifier: passbeam.alice.id }, key);

describe('custom fields', () => {
  it('are declared, listed and renamed', async () => {
    const made = await declare(
      { key: 'seat', dataType: 'NUMBER', label: 'Seat' },
      { key: 'menu', dataType: 'ENUM', options: [{ value: 'a', label: 'A' }, { value: 'b' }] },
      { key: 'note' },
    );
    expect(made.data).toMatchObject([
      { key: 'menu', dataType: 'ENUM', label: 'menu', options: [{ value: 'a' }, { value: 'b' }] },
      { key: 'note', dataType: 'STRING', label: 'note' },
      { key: 'seat', dataType: 'NUMBER', label: 'Seat', targetType: 'USER' },
    ]);
    expect((await declare({ key: 'seat', label: 'Place' })).data).toMatchObject([
      { dataType: 'NUMBER', label: 'Place' },
    ]);
    expect((await get('get-custom-fields', { targetType: 'USER' })).data).toHaveLength(3);
    const [event] = await passbeam.stores.audit.list({
      userPoolId: 'pool1',
      type: 'admin.custom_fields_set',
      limit: 1,
    });
    expect(event?.detail).toEqual({ accessKeyId: 'pool1', keys: 'seat' });
  });

  it.each([
    [[{ key: 'role' }], 'list.0.key'],
    [[{ key: 'ok' }, { key: 'email' }], 'list.1.key'],
    [[{ key: 'menu', dataType: 'ENUM' }], 'list.0.options'],
    [[{ key: 'team', targetType: 'ROLE' }], 'list.0.targetType'],
    [Array.from({ length: 101 }, (_, index) => ({ key: `k${index}` })), 'list'],
  ])('are refused: %j', async (fields, field) => {
    expect(await declare(...fields)).toMatchObject({ statusCode: 400, message: expect.stringContaining(field) });
    expect((await get('get-custom-fields', { targetType: 'USER' })).data).toEqual([]);
  });

  it('keep their type', async () => {
    await declare({ key: 'seat', dataType: 'NUMBER' });
    expect(await declare({ key: 'seat', dataType: 'STRING' })).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('list.0.dataType'),
    });
  });
});

describe('custom data', () => {
  beforeEach(async () => {
    await declare({ key: 'seat', dataType: 'NUMBER' }, { key: 'vip', dataType: 'BOOLEAN' }, { key: 'note' });
  });

  it('is set, merged, removed and read', async () => {
    expect(
      (
        await set([
          { key: 'seat', value: '7' },
          { key: 'vip', value: true },
        ])
      ).data,
    ).toEqual({ success: true });
    await set([
      { key: 'note', value: '7' },
      { key: 'vip', value: 'false' },
    ]);
    expect((await read()).data).toEqual({ seat: 7, vip: false, note: '7' });
    await set([{ key: 'seat', value: null }]);
    expect((await read()).data).toEqual({ vip: false, note: '7' });
    const [event] = await passbeam.stores.audit.list({ userPoolId: 'pool1', type: 'admin.custom_data_set', limit: 1 });
    expect(event).toMatchObject({ userId: passbeam.alice.id, detail: { accessKeyId: 'pool1', fields: 'seat' } });
  });

  it.each([
    [[{ key: 'other', value: 'x' }], 'list.0.key'],
    [
      [
        { key: 'note', value: 'x' },
        { key: 'seat', value: 'x' },
      ],
      'list.1.value',
    ],
    [[{ key: 'note', value: { a: 1 } }], 'list.0.value'],
    [[{ key: 'note', value: 'x'.repeat(5000) }], 'list'],
  ])('is refused: %j', async (list, field) => {
    expect(await set(list)).toMatchObject({ statusCode: 400, message: expect.stringContaining(field) });
    expect((await read()).data).toEqual({});
  });

  it('of roles is not served, and of strangers not found', async () => {
    expect(await get('get-custom-data', { targetType: 'ROLE', targetIdentifier: 'admin' })).toMatchObject({
      statusCode: 400,
    });
    const other = await passbeam.addPool('pool2');
    expect((await read(other)).apiCode).toBe(2004);
    expect((await set([{ key: 'note', value: 'x' }], other)).apiCode).toBe(2004);
    expect((await get('get-custom-fields', { targetType: 'USER' }, other)).data).toEqual([]);
  });
});
