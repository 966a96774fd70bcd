import { type Load, userAgent } from './load.ts';

/** Checks the answers of the first, a middle and the last path, twice each, since a second poll could be told to slow down. @throws Error */
export async function expectAnswers({ origin, paths, post }: Load, part: string): Promise<void> {
  const asked = new Set([paths.at(0), paths.at(paths.length / 2), paths.at(-1)]);
  for (const path of [...asked, ...asked]) {
    const reply = await fetch(origin + path, {
      headers: { 'user-agent': userAgent, ...(post && { 'content-type': post.type }) },
      ...(post && { method: 'POST', body: post.body }),
    });
    const body = await reply.text();
    if (!body.includes(part)) throw new Error(`a poll was answered ${body}, without ${part}`);
  }
}
