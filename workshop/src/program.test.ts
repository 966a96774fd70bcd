import { createServer } from 'node:http';
import { afterEach, expect, it, vi } from 'vitest';
import { CannotRun } from './cannot-run.ts';
import { freePort } from './free-port.ts';
import { type Program, type ProgramOptions, startProgram } from './program.ts';

let program: Program;
afterEach(() => program.kill());

function start(source: string, options?: ProgramOptions): Program {
  program = startProgram('the program', [process.execPath, '-e', source], options);
  return program;
}
const stays = 'setInterval(() => {}, 1_000);';
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('waits for a line on either output, whether it comes later or came before', async () => {
  const { untilLine } = start(`console.error('port 12'); console.log('port 34'); ${stays}`);
  expect((await untilLine(/port (3\d)/))[1]).toBe('34');
  expect((await untilLine(/port (1\d)/))[1]).toBe('12');
});

it('rejects a wait for a line when the program ends, with its last lines', async () => {
  const { untilLine, untilAnswer, untilDone, ended } = start(`console.log('no room'); process.exitCode = 3;`);
  const waiting = await Promise.allSettled([untilLine(/ready/), untilAnswer('http://127.0.0.1:1'), untilDone()]);
  const message = 'the program ended (3):\nno room';
  expect(waiting).toEqual(waiting.map(() => ({ status: 'rejected', reason: new CannotRun(message) })));
  expect(await ended).toBe(3);
  await expect(untilLine(/ready/)).rejects.toThrow('no room');
});

it('says why a program could not be started', async () => {
  program = startProgram('the program', ['/nowhere/at-all']);
  await expect(program.untilLine(/./)).rejects.toThrow('ENOENT');
  await expect(program.untilDone()).rejects.toThrow('ENOENT');
});

it('waits until an address gives a successful answer', async () => {
  const port = await freePort();
  const { untilAnswer } = start(stays);
  const answered = untilAnswer(`http://127.0.0.1:${port}`);
  const replies = [503, 200];
  const server = createServer((_, reply) => reply.writeHead(replies.shift() ?? 500).end()).listen(port, '127.0.0.1');
  await answered;
  expect(replies).toEqual([]);
  server.close();
});

it('sends one signal to end, and does not report an end that was asked for', async () => {
  const lost = vi.fn();
  const { untilLine, onLost, stop, lines } = start(
    `process.on('SIGINT', () => { console.log('told'); setTimeout(process.exit, 200, 5); }); ${stays} console.log('up');`,
    { stopSignal: 'SIGINT' },
  );
  onLost(lost);
  await untilLine(/up/);
  expect(await Promise.all([stop(), stop()])).toEqual([5, 5]);
  await program.ended;
  expect(lines).toEqual(['up', 'told']);
  expect(lost).not.toHaveBeenCalled();
});

it('reports a program that ends by itself', async () => {
  const lost = vi.fn();
  start('').onLost(lost);
  expect(await program.ended).toBe(0);
  expect(lost).toHaveBeenCalledWith(expect.objectContaining({ message: expect.stringContaining('ended (0)') }));
});

it('kills a program with its children, even while it is paused', async () => {
  const parent = `const { pid } = require('node:child_process').spawn(process.execPath, ['-e', '${stays}']); console.log('child', pid); ${stays}`;
  const { untilLine, pause, kill, isRunning, ended } = start(parent);
  const child = Number((await untilLine(/child (\d+)/))[1]);
  pause();
  await kill();
  expect([isRunning(), isAlive(child), await ended]).toEqual([false, false, 'SIGKILL']);
});

it('passes input on, and keeps as many lines as the option says', async () => {
  const { write, untilLine, lines } = start(`process.stdin.on('data', (text) => console.log(String(text)));`, {
    takesInput: true,
    keptLines: 2,
  });
  write('one\ntwo\nthree');
  await untilLine(/three/);
  expect(lines).toEqual(['two', 'three']);
});

it('ends a program with the process that started it, whatever ends that', async () => {
  const source = `import { startProgram } from '${import.meta.resolve('./program.ts')}';
    console.log('child', startProgram('a child', [process.execPath, '-e', '${stays}']).pid);`;
  program = startProgram('the program', [process.execPath, '--input-type=module', '-e', source]);
  const child = Number((await program.untilLine(/child (\d+)/))[1]);
  expect(isAlive(child)).toBe(true);
  expect(await program.stop()).toBe(143);
  // The process that adopts the child may be slow to notice its end.
  await vi.waitFor(() => expect(isAlive(child)).toBe(false), { timeout: 10_000 });
});
