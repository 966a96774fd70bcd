import { describe, expect, it, vi } from 'vitest';
import { createPictures } from './pictures.ts';

const code = (idHash: string, expiresAt = 100) => ({ idHash, expiresAt });
const allow = async () => {};
const picture = (bytes: number) => vi.fn(() => Buffer.alloc(bytes));

/** The codes whose pictures are kept; the others would have to be drawn. */
async function kept(pictures: ReturnType<typeof createPictures>, codes: string[], now = 0): Promise<string[]> {
  const refuse = () => Promise.reject(new Error('not kept'));
  const found = await Promise.allSettled(
    codes.map(async (id) => pictures.get(code(id), 'png', now, refuse, picture(1))),
  );
  return codes.filter((_, index) => found[index]?.status === 'fulfilled');
}

describe('createPictures', () => {
  it('has a picture drawn once for each code and format, until the code ends', async () => {
    const pictures = createPictures();
    const [png, svg] = [picture(10), picture(20)];
    const first = await pictures.get(code('a'), 'png', 0, allow, png);
    expect(await pictures.get(code('a'), 'png', 99, allow, png)).toBe(first);
    expect((await pictures.get(code('a'), 'svg', 99, allow, svg)).length).toBe(20);
    expect(png).toHaveBeenCalledTimes(1);
    await pictures.get(code('a', 200), 'png', 100, allow, png);
    expect(png).toHaveBeenCalledTimes(2);
  });

  it('has it drawn once for all that ask while it is drawn', async () => {
    const pictures = createPictures();
    const draw = picture(10);
    const all = await Promise.all(Array.from({ length: 50 }, () => pictures.get(code('a'), 'png', 0, allow, draw)));
    expect(draw).toHaveBeenCalledTimes(1);
    expect(new Set(all).size).toBe(1);
  });

  it('refuses nobody because somebody else was refused', async () => {
    const pictures = createPictures();
    const refused = pictures.get(code('a'), 'png', 0, () => Promise.reject(new Error('too many')), picture(10));
    const allowed = pictures.get(code('a'), 'png', 0, allow, picture(10));
    await expect(refused).rejects.toThrow('too many');
    expect((await allowed).length).toBe(10);
    expect(await kept(pictures, ['a'])).toEqual(['a']);
  });

  it('drops the oldest beyond so many pictures, and beyond so many bytes', async () => {
    const few = createPictures({ bytes: 1_000_000, pictures: 2 });
    for (const id of ['a', 'b', 'c']) await few.get(code(id), 'png', 0, allow, picture(10));
    expect(await kept(few, ['a', 'b', 'c'])).toEqual(['b', 'c']);

    const small = createPictures({ bytes: 2_700, pictures: 100 });
    for (const id of ['a', 'b', 'c']) await small.get(code(id), 'png', 0, allow, picture(1_000));
    expect(await kept(small, ['a', 'b', 'c'])).toEqual(['b', 'c']);
  });

  it('gives the room of ended codes to new ones', async () => {
    const pictures = createPictures({ bytes: 2_700, pictures: 100 });
    await pictures.get(code('old', 50), 'png', 0, allow, picture(1_000));
    for (const id of ['new', 'newer']) await pictures.get(code(id), 'png', 60, allow, picture(1_000));
    expect(await kept(pictures, ['old', 'new', 'newer'], 60)).toEqual(['new', 'newer']);
  });
});
