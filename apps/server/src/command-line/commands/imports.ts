import { createReadStream, existsSync } from 'node:fs';
import type { UserImportRefusalDto } from '@passbeam/protocol';
import { PassbeamError } from '@passbeam/sdk';
import { type Call, WrongCall } from '../call.ts';
import { CommandFailed, columns, type Outcome, type Surroundings } from '../outcome.ts';
import { clientOf, oneOf, orRefusal } from '../server-command.ts';

/** Rows that are shown in a terminal; `--json` has all. */
const mostShown = 50;

export async function importPeople(call: Call, around: Surroundings): Promise<Outcome> {
  const [path = ''] = call.words;
  const asked = {
    format: formatOf(call, path),
    mode: call.isSet('update') ? ('newAndChanged' as const) : ('new' as const),
    passwords: oneOf(call, 'passwords', ['none', 'hashes', 'plain']) ?? ('none' as const),
    dryRun: call.isSet('dry-run'),
    ...columnsOf(call),
  };
  const client = clientOf(call, around);
  if (path !== '-' && !existsSync(path)) throw new CommandFailed(`${path} is not there.`);
  const file = path === '-' ? process.stdin : createReadStream(path);
  const done = await client.importUsers(file, asked, {
    signal: around.signal,
    onProgress: ({ state, parts, done: rows, progress }) =>
      around.tell(state === 'uploading' ? `${parts} parts uploaded` : `${rows} rows, ${Math.round(progress * 100)} %`),
  });
  const refusals: UserImportRefusalDto[] = [];
  const report = await orRefusal(async () => {
    for await (const refusal of client.userImportRefusals(done.importId, around)) refusals.push(refusal);
  });
  const { created, changed, unchanged, refused, state, failure, dryRun } = done;
  const rows = refusals.slice(0, mostShown).map(({ line, field, reason }) => [line, field, reason]);
  const lines = [
    ...(rows.length === 0 ? [] : columns(['line', 'field', 'reason'], rows)),
    ...(refused > rows.length ? [`${refused - rows.length} more were refused.`] : []),
    `${dryRun ? 'Nobody was written. ' : ''}${created} created, ${changed} changed, ${unchanged} unchanged, ${refused} refused.`,
    ...(report instanceof PassbeamError
      ? [`The report of import ${done.importId} could not be read: ${report.message}`]
      : []),
    ...(state === 'finished' ? [] : [`The import ${state}${failure === null ? '' : `: ${failure}`}.`]),
  ];
  return {
    result: { ...done, refusals },
    lines,
    code: state === 'finished' && refused === 0 && report === undefined ? 0 : 1,
  };
}

function formatOf(call: Call, path: string): 'csv' | 'json' {
  const said = oneOf(call, 'format', ['csv', 'json']);
  if (said !== undefined) return said;
  if (/\.csv$/i.test(path)) return 'csv';
  if (/\.(json|jsonl|ndjson)$/i.test(path)) return 'json';
  throw new WrongCall(
    'user import needs --format csv or --format json: the name of the file does not tell.',
    call.name,
  );
}

function columnsOf(call: Call): { columns?: Record<string, string> } {
  const pairs = call.list('column').map((text) => {
    const at = text.lastIndexOf('=');
    if (at < 1)
      throw new WrongCall('--column must be such as "E-mail=email"; nothing after = leaves the column out.', call.name);
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  return pairs.length === 0 ? {} : { columns: Object.fromEntries(pairs) };
}
