import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { bundleWidget } from './bundle.fixture.ts';

it('is one self-contained module under 12 kB, compressed', async () => {
  const code = await bundleWidget();
  expect(gzipSync(code).length).toBeLessThan(12 * 1024);
  expect(code).not.toMatch(/^import\b|\bimport\(/m);
  expect(code).toContain('customElements.define');
  // A hint of the SDK for developers, which the widget has no use for.
  expect(code).not.toContain('GET /healthz');
}, 20_000);

it('can be imported where there is no DOM, and registers nothing by itself', async () => {
  const { PassbeamQrElement } = await import('./element.ts');
  expect(PassbeamQrElement.observedAttributes).toContain('app-id');
  await expect(import('./define.ts')).resolves.toBeDefined();
});
