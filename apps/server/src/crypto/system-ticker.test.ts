import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, it } from 'vitest';
import { systemTicker } from './system-ticker.ts';

it('calls again and again until it is told to stop, outside of the request that began it', async () => {
  const storage = new AsyncLocalStorage<string>();
  const seen = new Set<string | undefined>();
  const before = systemTicker.now();
  await new Promise<void>((resolve) => {
    let calls = 0;
    const stop = storage.run('a request', () =>
      systemTicker.every(1, () => {
        seen.add(storage.getStore());
        calls += 1;
        if (calls < 3) return;
        stop();
        resolve();
      }),
    );
  });
  expect(seen).toEqual(new Set([undefined]));
  expect(systemTicker.now()).toBeGreaterThan(before);
});
