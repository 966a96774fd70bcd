import { type Call, WrongCall } from '../call.ts';
import { columns, minuteOf, type Outcome, type Surroundings } from '../outcome.ts';
import { clientOf } from '../server-command.ts';

export async function live(call: Call, around: Surroundings): Promise<Outcome> {
  const appId = call.text('app');
  const found = await clientOf(call, around).listLiveCodes({ ...(appId !== undefined && { appId }) }, around);
  const { n, isCapped } = found.unfinished;
  const rows = found.list.map(({ code, appId: app, status, createdAt, expiresAt, maker, scanner }) => [
    ...[code, app, status, minuteOf(createdAt), minuteOf(expiresAt), maker.ip, scanner?.name],
  ]);
  const heads = ['hash', 'application', 'status', 'made', 'until', 'for', 'scanned by'];
  const total = `${n}${isCapped ? ' or more' : ''} unfinished.`;
  return { result: found, lines: [...(rows.length === 0 ? [] : columns(heads, rows)), total] };
}

export async function end(call: Call, around: Surroundings): Promise<Outcome> {
  const appId = call.text('app');
  const codes = [...new Set(call.words)];
  if ((appId === undefined) === (codes.length === 0)) {
    throw new WrongCall('codes end needs either hashes of codes or --app APP_ID.', call.name);
  }
  const client = clientOf(call, around);
  let ended = 0;
  for (;;) {
    const done = await client.endQrCodes(appId === undefined ? { codes } : { appId }, around);
    ended += done.ended;
    if (!done.isCapped) break;
    around.tell(`${ended} ended`);
  }
  const missed = Math.max(0, codes.length - ended);
  const why = `${missed} of those named did not end: finished already, or no code of this user pool.`;
  const lines = [`${ended} ended.`, ...(missed === 0 ? [] : [why])];
  return { result: { ended }, lines, code: missed === 0 ? 0 : 1 };
}
