import type { PictureFormat } from './draw.ts';

/** Some ten thousand codes of the usual size, or two hundred of the largest. */
const room = { bytes: 32 * 1024 * 1024, pictures: 20_000 };
/** What an entry costs besides the picture. */
const entryBytes = 300;

export interface Pictures {
  /**
   * The picture that is kept, at once; or else drawn if `allow` lets it be, and kept while the code lives. Of several that ask at once, one
   * has it drawn.
   */
  get(
    code: { idHash: string; expiresAt: number },
    format: PictureFormat,
    now: number,
    allow: () => Promise<void>,
    draw: () => Buffer,
  ): Buffer | Promise<Buffer>;
}

/** Pictures of codes, for as long as there is room: the oldest make way. */
export function createPictures({ bytes, pictures } = room): Pictures {
  const kept = new Map<string, { picture: Buffer; until: number }>();
  const beingDrawn = new Map<string, Promise<Buffer>>();
  let keptBytes = 0;

  function keep(key: string, picture: Buffer, until: number, now: number): void {
    drop(key);
    kept.set(key, { picture, until });
    keptBytes += picture.length + entryBytes;
    for (const [oldest, entry] of kept) {
      if (keptBytes <= bytes && kept.size <= pictures && now < entry.until) break;
      drop(oldest);
    }
  }

  function drop(key: string): void {
    const entry = kept.get(key);
    if (entry === undefined) return;
    kept.delete(key);
    keptBytes -= entry.picture.length + entryBytes;
  }

  return {
    get({ idHash, expiresAt }, format, now, allow, draw) {
      const key = `${format}:${idHash}`;
      const found = kept.get(key);
      if (found !== undefined && now < found.until) return found.picture;

      async function drawOnce(): Promise<Buffer> {
        await allow();
        const picture = draw();
        keep(key, picture, expiresAt, now);
        return picture;
      }
      const other = beingDrawn.get(key);
      // Another caller's refusal is not ours: then ours is asked for.
      if (other !== undefined) return other.catch(drawOnce);
      const drawing = drawOnce().finally(() => beingDrawn.delete(key));
      beingDrawn.set(key, drawing);
      return drawing;
    },
  };
}
