import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readCall, WrongCall } from './call.ts';
import { passbeam } from './command.fixture.ts';
import { completionScript } from './completion.ts';
import { helpText, referencePage } from './help.ts';
import { type Command, commands, optionsOf } from './table.ts';

const all: readonly Command[] = commands;
const run = promisify(execFile);

it('the page of the documentation is what the table says; -u writes it', async () => {
  const page = fileURLToPath(new URL('../../../../docs/reference/command-line.md', import.meta.url));
  await expect(referencePage()).toMatchFileSnapshot(page);
});

it('every example is a call that is understood', () => {
  const words = (text: string) =>
    [...(text.split(' | ')[0]?.matchAll(/"([^"]*)"|(\S+)/g) ?? [])].map(([, quoted, bare]) => quoted ?? bare ?? '');
  for (const { name, examples } of all) {
    for (const example of examples) expect(readCall(words(example)), example).toMatchObject({ name });
  }
});

describe('help', () => {
  it.each(all.map(({ name }) => [name]))('of %s names each of its options and an example', async (name) => {
    const command = all.find((each) => each.name === name);
    const text = helpText(name);
    for (const option of command === undefined ? [] : optionsOf(command)) expect(text).toContain(`--${option.name}`);
    expect(text).toContain(`  passbeam ${command?.examples[0]}`);
  });

  it.each([
    [[], 'app create'],
    [['--help'], 'keys rotate'],
    [['app', '--help'], 'passbeam app rotate 0123456789abcdef01234567 --overlap 24h'],
    [['app', 'create', '--help'], '--redirect-uri URL'],
    [['help', 'app', 'create'], '--redirect-uri URL'],
  ])('%j is answered on standard output', async (words, part) => {
    const { code, out } = await passbeam({}, ...words);
    expect(out).toContain(part);
    expect(code).toBe(0);
  });
});

it.each([
  [['config', 'apple'], 'there is no command config apple.\npassbeam config --help'],
  [['frobnicate'], 'there is no command frobnicate.\npassbeam --help'],
  [['app'], 'app needs one of its commands.'],
  [['check', '--dry-run'], 'check has no option --dry-run. It has --json, --help.'],
  [['app', 'create', '-x'], 'app create has no option -x.'],
  [['app', 'create', '--name'], '--name needs NAME after it.'],
  [['app', 'create', '--name', '--public'], '--name needs NAME after it.'],
  [['config', 'apply', '--dry-run=yes'], '--dry-run takes nothing after it.'],
  [['app', 'rotate'], 'app rotate needs APP_ID.'],
  [['app', 'rotate', 'a', 'b'], 'app rotate has nothing to do with "b".'],
])('%j is a wrong call, which says what is wrong', (words, message) => {
  expect(() => readCall(words)).toThrow(WrongCall);
  const typed = (() => {
    try {
      readCall(words);
    } catch (error) {
      return error as WrongCall;
    }
    return null;
  })();
  expect(`${typed?.message}\npassbeam ${typed?.about === '' ? '' : `${typed?.about} `}--help`).toContain(message);
});

it('a hash may begin with a hyphen', () => {
  const hash = '-3q2-7wAAAAAAAAA';
  expect(() => readCall(['codes', 'end', hash])).toThrow('A word that begins with - stands after --.');
  expect(readCall(['codes', 'end', '--', hash])).toMatchObject({ words: [hash] });
  const story = readCall(['audit', 'story', '--code', hash]);
  expect('help' in story ? null : story.text('code')).toBe(hash);
});

it('a wrong call ends with 2, its sentence on standard error, and nothing else', async () => {
  const { code, out, told } = await passbeam({}, 'user', 'find');
  expect({ code, out, told }).toEqual({
    code: 2,
    out: '',
    told: 'user find needs TEXT.\npassbeam user find --help tells more.\n',
  });
  const json = await passbeam({}, 'user', 'find', '--json');
  expect(JSON.parse(json.told)).toEqual({
    error: { code: 'wrong_call', message: expect.stringContaining('needs TEXT') },
  });
});

describe('completion', () => {
  /** What bash offers after these words. */
  async function offered(...words: string[]): Promise<string[]> {
    const quoted = ['passbeam', ...words].map((word) => `'${word}'`).join(' ');
    const asking = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _passbeam; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await run('bash', ['-euc', `${completionScript('bash')}\n${asking}`]);
    return stdout.trim().split('\n');
  }

  it('offers commands, then their options', async () => {
    expect(await offered('a')).toEqual(['app', 'audit', 'administrator']);
    expect(await offered('app', 'ro')).toEqual(['rotate']);
    expect(await offered('config', 'apply', '--d')).toEqual(['--dry-run']);
    expect(await offered('app', 'rotate', 'some-id', '--o')).toEqual(['--overlap']);
  });

  it('has a script for zsh and fish too, and for no other shell', async () => {
    expect(completionScript('zsh')).toContain('bashcompinit');
    expect(completionScript('fish')).toContain(
      "complete -c passbeam -f -n '__fish_seen_subcommand_from app' -a rotate",
    );
    expect(await passbeam({}, 'completion', 'cmd')).toMatchObject({ code: 2, out: '' });
  });
});
