import type { PictureFormat } from './draw.ts';

/** Room for some ten thousand pictures of the usual size, or two hundred of the largest. */
const room = { bytes: 32 * 1024 * 1024, pictures: 20_000 };
/** Bytes that an entry takes besides its picture. */
const entryBytes = 300;

export interface Pictures {
  /**
   * Returns the kept picture at once. Otherwise has it drawn, if `allow` permits, and keeps it until the code ends. When several
   * callers ask at the same time, it is drawn once.
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
      // Another caller may have been refused the drawing; this one then asks for itself.
      if (other !== undefined) return other.catch(drawOnce);
      const drawing = drawOnce().finally(() => beingDrawn.delete(key));
      beingDrawn.set(key, drawing);
      return drawing;
    },
  };
}
