import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@passbeam/workshop/free-port';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogOutput, toFile, toReader } from './log-output.ts';

let folder: string;
let pipe: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'passbeam-log-'));
  pipe = join(folder, 'pipe');
  await promisify(execFile)('mkfifo', [pipe]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Opens both ends of the pipe at once: the pipe then has a reader, whether or not anybody reads. */
const openBothEnds = () => openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);

const toPipe = () =>
  new Socket({ fd: openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK), readable: false, writable: true });

function readAll(fd: number): string {
  const part = Buffer.alloc(64 * 1024);
  let text = '';
  try {
    for (;;) text += part.toString('latin1', 0, readSync(fd, part));
  } catch {
    return text;
  }
}

const lineAbout = (count: number) => `dropped ${count}\n`;

describe('log lines for a pipe', () => {
  it('are dropped and counted while nobody reads, and the count is logged when somebody reads again', async () => {
    const both = openBothEnds();
    const stream = toPipe();
    const output = new LogOutput(toReader(stream, 10_000), lineAbout);
    const line = `${'x'.repeat(999)}\n`;
    for (let index = 0; index < 500; index++) output.write(line);
    expect(output.dropped).toBeGreaterThan(300);
    expect(stream.writableLength).toBeLessThanOrEqual(10_000);
    const { dropped } = output;
    let text = '';
    await vi.waitFor(() => {
      text += readAll(both);
      expect(stream.writableLength).toBe(0);
    });
    output.write('again\n');
    await output.flush(1000);
    text += readAll(both);
    expect(text).toBe(`${line.repeat(500 - dropped)}dropped ${dropped}\nagain\n`);
    expect(output.dropped).toBe(dropped);
    stream.destroy();
    closeSync(both);
  });

  it('are dropped and counted when the reader has gone, and nothing else happens', async () => {
    const both = openBothEnds();
    const stream = toPipe();
    closeSync(both);
    const output = new LogOutput(toReader(stream), lineAbout);
    const failed = new Promise((resolve) => stream.once('error', resolve));
    output.write('to nobody\n');
    expect(await failed).toMatchObject({ code: 'EPIPE' });
    for (let index = 0; index < 5; index++) output.write('to nobody\n');
    expect(output.dropped).toBe(5);
    await output.flush(60_000);
  });
});

it('log lines for a file on a full disk are dropped and counted, and the count is logged when there is room again', () => {
  const lines: string[] = [];
  const full = toFile(openSync('/dev/full', 'w'));
  let isFull = true;
  const output = new LogOutput(
    { write: (line) => (isFull ? full.write(line) : lines.push(line) > 0), pending: full.pending },
    lineAbout,
  );
  output.write('one\n');
  output.write('two\n');
  isFull = false;
  output.write('three\n');
  expect(lines).toEqual(['dropped 2\n', 'three\n']);
});

describe('a server whose log nobody reads', { timeout: 60_000 }, () => {
  const program = join(import.meta.dirname, '../main.ts');

  let running: ChildProcess | undefined;
  afterEach(() => running?.kill('SIGKILL'));

  /** Starts the server on the pipe. */
  async function start(stdout: number) {
    const port = await freePort();
    const child = spawn(process.execPath, [program], {
      env: { ...process.env, PORT: String(port), DATA_DIR: join(folder, 'data'), DEMO: 'off', LOG_LEVEL: 'info' },
      stdio: ['ignore', stdout, 'pipe'],
    });
    running = child;
    closeSync(stdout);
    const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    const url = `http://127.0.0.1:${port}`;
    await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), { timeout: 30_000 });
    return { child, ended, url };
  }

  /** Sends `count` requests, each of which writes a log line. */
  const ask = (url: string, count: number) =>
    Promise.all(Array.from({ length: count }, () => fetch(`${url}/avatars/default.svg`).then((reply) => reply.text())));

  it('answers, and ends when it is told to, although its reader stopped reading', async () => {
    const both = openBothEnds();
    const { child, ended, url } = await start(openSync(pipe, 'w'));
    // The pipe itself holds 64 KiB, so it takes many requests to fill it.
    for (let round = 0; round < 20; round++) await ask(url, 50);
    const toldAt = performance.now();
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(performance.now() - toldAt).toBeLessThan(9_000);
    closeSync(both);
  });

  it('starts, answers, and ends when it is told to, although its reader went away before the first line', async () => {
    const both = openBothEnds();
    const stdout = openSync(pipe, 'w');
    closeSync(both);
    const { child, ended, url } = await start(stdout);
    await ask(url, 50);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
