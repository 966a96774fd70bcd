import { inflateSync } from 'node:zlib';
import decodeQR from 'qr/decode.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestPassbeam } from '../../testing.ts';
import { type ContractWorld, openContractWorld, v3Refusal } from './world.fixture.ts';

/** The image of a QR code, and what a phone reads in it (wire 2.9), row by row. */
let world: ContractWorld;
beforeAll(async () => {
  world = await openContractWorld();
  await world.addApplication({ id: 'linked', qrPayload: 'link' });
  await world.addApplication({ id: 'linked-shop', qrPayload: 'link', logoUrl: 'https://shop.example/logo.png' });
});
afterAll(() => world.close());

async function gene(body: object = {}, app = 'site') {
  return (await world.v3('POST', 'gene-qrcode', { app, body: { type: 'MOBILE_APP', ...body } })).body.data;
}

describe('2.9', () => {
  const customData = { order: 'A-1', 名: '值' };
  const at = (url: string) => world.app.inject(new URL(url).pathname);

  it.each(['png', 'svg'] as const)('as %s holds the payload of every generation', async (format) => {
    const { qrcodeId, url } = await gene({ customData });
    expect(url).toMatch(/^http:\/\/localhost:3000\/qr\/[^?]+\.png$/);
    const reply = await at(url.replace(/png$/, format));
    expect(reply.statusCode).toBe(200);
    expect(reply.headers).toMatchObject({
      'content-type': format === 'png' ? 'image/png' : expect.stringMatching(/^image\/svg\+xml/),
      'access-control-allow-origin': '*',
      'cache-control': 'no-store',
    });
    const createdAt = world.clock.now();
    const pixels = format === 'png' ? pixelsOfPng(reply.rawPayload) : pixelsOfSvg(reply.body);
    expect(JSON.parse(decodeQR(pixels))).toEqual({
      scene: 'APP_AUTH',
      random: qrcodeId,
      qrcodeId,
      userPoolId: 'pool1',
      createdAt: new Date(createdAt).toISOString(),
      expireAt: new Date(createdAt + 120_000).toISOString(),
      expiresIn: 120,
      customData,
    });
  });

  it('holds an empty customData when the page gave none, and says the same for a code of v2', async () => {
    const reply = await world.v3('POST', '/api/v2/qrcode/gene', { body: { scene: 'APP_AUTH' } });
    const { random, url } = reply.body.data;
    const payload = JSON.parse(decodeQR(pixelsOfPng((await at(url)).rawPayload)));
    expect(Object.keys(payload).sort()).toEqual(
      ['scene', 'random', 'qrcodeId', 'userPoolId', 'createdAt', 'expireAt', 'expiresIn', 'customData'].sort(),
    );
    expect(payload).toMatchObject({ scene: 'APP_AUTH', random, qrcodeId: random, customData: {} });
  });

  it.each(['png', 'svg'] as const)(
    'as %s holds a link and nothing else where the application wants one',
    async (format) => {
      for (const app of ['linked', 'linked-shop']) {
        const { qrcodeId, url } = await gene({ customData }, app);
        const reply = await at(url.replace(/png$/, format));
        const pixels = format === 'png' ? pixelsOfPng(reply.rawPayload) : pixelsOfSvg(reply.body);
        expect(decodeQR(pixels)).toBe(`http://localhost:3000/q/${qrcodeId}`);
      }
      const reply = await world.v3('POST', '/api/v2/qrcode/gene', { app: 'linked-shop', body: { scene: 'APP_AUTH' } });
      expect(reply.body.data.customLogo).toBe('https://shop.example/logo.png');
    },
  );

  it('is as easy to read for an application with a logo as without', async () => {
    const sideOf = async (url: string) => pixelsOfPng((await at(url)).rawPayload).width;
    const shop = await gene({}, 'shop');
    expect(await sideOf(shop.url)).toBe(await sideOf((await gene()).url));
    const pixels = pixelsOfPng((await at(shop.url)).rawPayload);
    expect(JSON.parse(decodeQR(pixels)).qrcodeId).toBe(shop.qrcodeId);
  });

  it('is read by pages of any origin, with or without a login cookie', async () => {
    const { url } = await gene();
    const reply = await world.app.inject({
      url: new URL(url).pathname,
      headers: { origin: 'https://nobody.example', cookie: 'a=b' },
    });
    expect(reply.headers['access-control-allow-origin']).toBe('*');
    expect(reply.headers['cross-origin-resource-policy']).toBe('cross-origin');
  });

  it('is gone once the code was scanned, expired or never was', async () => {
    const scanned = await gene();
    await world.move(scanned.qrcodeId, 'SCAN');
    const expired = await openTestPassbeam();
    const { data } = (await expired.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body;
    expired.pass(120);
    const replies = [
      await at(scanned.url),
      await expired.app.inject(new URL(data.url).pathname),
      await at(data.url),
      await at('http://localhost:3000/qr/x.png'),
      await at(scanned.url.replace(/png$/, 'gif')),
    ];
    await expired.close();
    for (const reply of replies) {
      expect(reply.statusCode).toBe(404);
      expect(reply.json()).toEqual(v3Refusal(404));
    }
  });
});

interface Pixels {
  width: number;
  height: number;
  data: Uint8Array;
}

function paint(side: number, isLight: (x: number, y: number) => boolean): Pixels {
  const data = new Uint8Array(side * side * 4).fill(255);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) if (!isLight(x, y)) data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
  }
  return { width: side, height: side, data };
}

/** A PNG of one bit a pixel, unfiltered, as the server writes it. */
function pixelsOfPng(png: Buffer): Pixels {
  const side = png.readUInt32BE(16);
  const start = png.indexOf('IDAT') + 4;
  const packed = inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)));
  const stride = 1 + Math.ceil(side / 8);
  return paint(side, (x, y) => (((packed[y * stride + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 1);
}

/** An SVG whose path is unit squares: an absolute move, then moves relative to the corner each square closes at. */
function pixelsOfSvg(svg: string): Pixels {
  const modules = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]);
  const dark = new Set<string>();
  let corner = { x: 0, y: 0 };
  for (const [, letter, x, y] of svg.matchAll(/([Mm])(-?\d+)[ ,]?(-?\d+)h1v1/g)) {
    const from = letter === 'M' ? { x: 0, y: 0 } : corner;
    corner = { x: from.x + Number(x), y: from.y + Number(y) };
    dark.add(`${corner.x},${corner.y}`);
  }
  const scale = 4;
  return paint(modules * scale, (x, y) => !dark.has(`${Math.floor(x / scale)},${Math.floor(y / scale)}`));
}
