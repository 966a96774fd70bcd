import { describe, expect, it } from 'vitest';
import { anEvent, aRefreshToken, aSigningKey } from './builders.ts';
import { type OpenStores, openedBeforeEach, race } from './opened.ts';

export function describeTokens(open: OpenStores): void {
  const opened = openedBeforeEach(open);

  describe('refresh tokens', () => {
    it('are kept whole, and deleted', async () => {
      const { refreshTokens } = opened.stores;
      const token = aRefreshToken({ rotatedAt: 5, rotatedBy: 'caller' });
      await refreshTokens.insert(token);
      expect(await refreshTokens.find(token.hash)).toEqual(token);
      await refreshTokens.delete(token.hash);
      expect(await refreshTokens.find(token.hash)).toBeNull();
    });

    it('rotate once', async () => {
      const { refreshTokens } = opened.stores;
      const token = aRefreshToken();
      const successor = aRefreshToken();
      const third = aRefreshToken();
      await refreshTokens.insert(token);
      expect(await refreshTokens.rotate(token.hash, 3_000, 'caller', successor)).toBe(true);
      expect(await refreshTokens.find(token.hash)).toMatchObject({ rotatedAt: 3_000, rotatedBy: 'caller' });
      expect(await refreshTokens.find(successor.hash)).toEqual(successor);
      expect(await refreshTokens.rotate(token.hash, 4_000, 'thief', third)).toBe(false);
      expect(await refreshTokens.rotate('gone', 4_000, 'caller', third)).toBe(false);
      expect(await refreshTokens.find(third.hash)).toBeNull();
      expect((await refreshTokens.find(token.hash))?.rotatedAt).toBe(3_000);
    });

    it('stay unrotated when the successor cannot be stored', async () => {
      const { refreshTokens } = opened.stores;
      const [token, taken] = [aRefreshToken(), aRefreshToken()];
      await refreshTokens.insert(token);
      await refreshTokens.insert(taken);
      await expect(refreshTokens.rotate(token.hash, 3_000, 'caller', taken)).rejects.toThrow();
      expect((await refreshTokens.find(token.hash))?.rotatedAt).toBeNull();
    });

    it('give exactly one of twenty racing callers a successor', async () => {
      const { refreshTokens } = opened.stores;
      const token = aRefreshToken();
      await refreshTokens.insert(token);
      const successors = Array.from({ length: 20 }, () => aRefreshToken());
      const wins = await race(20, true, (index) =>
        refreshTokens.rotate(token.hash, 3_000, 'caller', successors[index] ?? aRefreshToken()),
      );
      expect(wins).toBe(1);
      const stored = await Promise.all(successors.map(({ hash }) => refreshTokens.find(hash)));
      expect(stored.filter((found) => found !== null)).toHaveLength(1);
    });

    it('are purged up to the limit', async () => {
      const { refreshTokens } = opened.stores;
      for (const expiresAt of [1, 2, 3, 9]) await refreshTokens.insert(aRefreshToken({ expiresAt }));
      expect(await refreshTokens.purge(9, 2)).toBe(2);
      expect(await refreshTokens.purge(9, 9)).toBe(1);
      expect(await refreshTokens.purge(9, 9)).toBe(0);
    });
  });

  describe('revoked tokens', () => {
    it('are remembered, recorded once, and purged', async () => {
      const { revokedTokens, audit } = opened.stores;
      expect(await revokedTokens.has('jti-1')).toBe(false);
      await revokedTokens.add('jti-1', 10, anEvent({ type: 'token.revoked' }));
      await revokedTokens.add('jti-1', 10, anEvent({ type: 'token.revoked' }));
      await revokedTokens.add('jti-2', 11, anEvent());
      await revokedTokens.add('jti-3', 12, anEvent());
      expect(await revokedTokens.has('jti-1')).toBe(true);
      expect(await audit.list({ type: 'token.revoked', limit: 10 })).toHaveLength(1);
      expect(await revokedTokens.purge(12, 1)).toBe(1);
      expect(await revokedTokens.has('jti-1')).toBe(false);
      expect(await revokedTokens.purge(12, 9)).toBe(1);
      expect(await revokedTokens.has('jti-3')).toBe(true);
    });
  });

  describe('signing keys', () => {
    it('are listed newest first, in the clear', async () => {
      const { signingKeys } = opened.stores;
      const first = aSigningKey({ createdAt: 1 });
      const second = aSigningKey({ createdAt: 2 });
      const third = aSigningKey({ createdAt: 2 });
      expect(await signingKeys.list()).toEqual([]);
      expect(await signingKeys.insertFirst(first)).toBe(true);
      await signingKeys.rotate(second, 2, anEvent({ type: 'key.rotated' }));
      await signingKeys.rotate(third, 3, anEvent({ type: 'key.rotated' }));
      expect(await signingKeys.list()).toEqual([third, { ...second, retiredAt: 3 }, { ...first, retiredAt: 2 }]);
      expect(await opened.stores.audit.list({ type: 'key.rotated', limit: 10 })).toHaveLength(2);
      await signingKeys.delete(first.kid);
      expect((await signingKeys.list()).map(({ kid }) => kid)).toEqual([third.kid, second.kid]);
    });

    it('are not rotated again before the current one has the age asked for', async () => {
      const { signingKeys } = opened.stores;
      await signingKeys.insertFirst(aSigningKey({ createdAt: 1_000 }));
      const rotate = (createdAt: number, madeBefore: number) =>
        signingKeys.rotate(aSigningKey({ createdAt }), createdAt, anEvent({ type: 'key.rotated' }), madeBefore);
      expect(await rotate(1_500, 999)).toBe(false);
      expect(await opened.stores.audit.list({ type: 'key.rotated', limit: 10 })).toHaveLength(0);
      expect(await race(20, true, () => rotate(2_000, 1_000))).toBe(1);
      expect(await signingKeys.list()).toHaveLength(2);
    });

    it('begin with one key, however many processes start together', async () => {
      expect(await race(20, true, () => opened.stores.signingKeys.insertFirst(aSigningKey()))).toBe(1);
      expect(await opened.stores.signingKeys.list()).toHaveLength(1);
    });

    it('keep their current one when a rotation fails', async () => {
      const key = aSigningKey();
      await opened.stores.signingKeys.insertFirst(key);
      await expect(opened.stores.signingKeys.rotate(key, 9, anEvent())).rejects.toThrow();
      expect(await opened.stores.signingKeys.list()).toEqual([key]);
    });
  });
}
