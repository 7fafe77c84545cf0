import { describe, expect, test } from 'vitest';
import { runHere, switchboard } from './switchboard.ts';

const verbs = ['learn', 'ask', 'key', 'bootstrap', 'extract', 'allowed'];

test('without a verb it says what it can do, and that this was none of it', async () => {
  const { code, stdout, stderr } = await runHere([]);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  for (const verb of verbs) expect(stderr).toContain(`\n  ${verb} `);
});

test.each([['--help'], ['-h'], ['help']])('%s is an answer, not an error', async flag => {
  const { code, stdout, stderr } = await runHere([flag]);
  expect([code, stderr]).toEqual([0, '']);
  for (const verb of verbs) expect(stdout).toContain(`\n  ${verb} `);
  expect(stdout).toContain('Exit codes: 0');
});

test.each(verbs)('%s --help explains it without asking for anything', async verb => {
  const { code, stdout, stderr } = await runHere([verb, '--help']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(new RegExp(`^Usage: switchboard ${verb} `));
});

test.each<[string, string[], string]>([
  ['an unknown verb', ['teach', 'x'], 'there is no verb "teach"'],
  ['an unknown flag', ['learn', 'https://www.example.org/', '--depth', '3'], "Unknown option '--depth'"],
  ['no address', ['learn'], 'which address?'],
  ['two addresses', ['learn', 'https://a.example', 'https://b.example'], 'one address'],
  ['an address and a job', ['learn', 'https://a.example', '--follow', 'j'], 'one address'],
  ['no number of pages', ['learn', 'https://a.example', '--max-pages', 'many'], '--max-pages many'],
  ['no pages', ['learn', 'https://a.example', '--max-pages', '0'], '--max-pages 0'],
  ['too many pages', ['learn', 'https://a.example', '--max-pages', '5001'], '5001: a number from 1 to 5000'],
  ['a verb, with where to read on', ['learn'], 'See: npm run switchboard -- learn --help'],
  ['a mode that is missing', ['ask', 'why?', '--mode'], '--mode'],
  ['no question', ['ask'], 'which question?'],
  ['a blank question', ['ask', '  '], 'which question?'],
  ['a key for nothing', ['key', 'create'], '--name'],
  ['a key of an unknown scope', ['key', 'create', '--name', 'n', '--scope', 'root'], 'chat or admin'],
  ['an unknown deed', ['key', 'destroy'], 'create, list, rotate'],
  ['nothing to extract', ['extract'], 'which file or address?'],
  ['a type that there is not', ['extract', 'x', '--type', 'papyrus'], 'type papyrus: html or txt'],
  ['a base that is no address', ['extract', 'x', '--url', 'here'], 'url here'],
  ['no address to judge', ['allowed'], 'one address'],
  ['an address that is none', ['allowed', 'hall.example'], 'an address like https://'],
  ['no stage', ['bootstrap'], '--outputs'],
  ['outputs that are not there', ['bootstrap', '--outputs', '/nowhere/outputs.json'], 'can not read'],
  ['outputs of something else', ['bootstrap', '--outputs', 'package.json'], 'is not the outputs of a stage'],
  [
    'a provider key that is not there',
    ['bootstrap', '--outputs', 'x', '--openai-key-from-env'],
    'OPENAI_API_KEY',
  ],
])('%s is explained, with exit code 2', async (_, args, explanation) => {
  const { code, stdout, stderr } = await runHere(args);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(explanation);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('the process ends with that code, and keeps its result and its complaints apart', async () => {
  const [asked, wrong] = await Promise.all([switchboard(['--help']), switchboard(['teach'])]);
  expect(asked).toMatchObject({ code: 0, stderr: '' });
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
});

describe('a question', () => {
  test('may begin with a dash after --, and may hold --help there', async () => {
    const { code, stderr } = await runHere(['ask', '--', '--help me'], { PORT: '1' });
    expect(code).toBe(3);
    expect(stderr).toContain('no key for http://127.0.0.1:1');
  });
});
