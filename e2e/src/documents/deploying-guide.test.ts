import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from '@passbeam/workshop/folder';
import { knownSettings } from '@passbeam/workshop/passbeam';
import { bareEnvironment } from '@passbeam/workshop/program';
import { describe, expect, it, onTestFinished } from 'vitest';
import { configuration } from '../support/product.ts';
import { blocksOf, root } from './blocks.ts';

/** Checks what docs/guide/deploying.md gives to systemd and to a proxy, and runs commands with the settings of that systemd. */

const run = promisify(execFile);
const blocks = await blocksOf('docs/guide/deploying.md');
const of = (language: string) => blocks.filter((block) => block.language === language).map(({ text }) => text);
const pairsOf = (text: string) =>
  new Map([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));

describe('the unit of systemd', () => {
  const [text = ''] = of('ini');
  const unit = pairsOf(text);
  const envFile = unit.get('EnvironmentFile') ?? '';
  const settings = of('text').find((block) => block.startsWith(`# ${envFile}\n`)) ?? '';

  it('runs a program that exists, and gives it the time it takes to stop', () => {
    const words = unit.get('ExecStart')?.split(' ') ?? [];
    const [node = '', program = ''] = words.filter((word) => !word.startsWith('--'));
    expect(existsSync(node.replace(`${unit.get('WorkingDirectory')}`, root)), node).toBe(true);
    expect(existsSync(join(root, program)), program).toBe(true);
    expect(Number(unit.get('TimeoutStopSec'))).toBeGreaterThan(10);
    expect(Number(unit.get('LimitNOFILE'))).toBeGreaterThan(25_000);
  });

  it('has its settings in a file, where commands find them too', async () => {
    const names = [...pairsOf(settings).keys()];
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) expect(knownSettings).toContain(name);
    expect(text).not.toMatch(/^Environment=/m);

    const { path: folder, remove } = makeFolder('passbeam-deploying-');
    onTestFinished(remove);
    const here = (given: string) =>
      given
        .replaceAll('/etc/passbeam', folder)
        .replaceAll('/var/lib/passbeam', folder)
        .replaceAll('/opt/passbeam/', root);
    writeFileSync(join(folder, 'passbeam.env'), here(settings));
    writeFileSync(join(folder, 'passbeam.yaml'), JSON.stringify(configuration(1)));
    const as = `sudo -u ${unit.get('User')} `;
    const command =
      of('sh')
        .find((block) => block.startsWith(as))
        ?.slice(as.length) ?? '';
    const { stdout } = await run('sh', ['-euc', here(command)], { cwd: folder, env: bareEnvironment() });
    expect(stdout).toBe(`The environment and ${join(folder, 'passbeam.yaml')} are good.\n`);
  });
});

describe('the proxy', () => {
  it.each(of('nginx'))('passes streams on without delay, and overwrites the address that callers claim', (text) => {
    const lines = text.split('\n').map((line) => line.trim());
    const open = lines.filter((line) => line !== '' && !line.startsWith('#') && !/[;{}]$/.test(line));
    expect(open).toEqual([]);
    expect(text.match(/{/g)).toHaveLength(text.match(/}/g)?.length ?? 0);
    for (const setting of ['proxy_buffering off', 'X-Forwarded-For $remote_addr']) expect(text).toContain(setting);
    // A backend that proves its secret tells in it whom it serves.
    expect(text).not.toContain('proxy_set_header X-Real-IP');
  });
});
