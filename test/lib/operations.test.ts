import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createApp } from '../../lib/app.ts';

const page = readFileSync('docs/operations.md', 'utf8');
const source = ['functions', 'bin']
  .flatMap(folder =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(path => `${folder}/${path}`),
  )
  .filter(path => path.endsWith('.ts'))
  .map(path => readFileSync(path, 'utf8'))
  .join('\n');

test('the settings table has every setting, with the default that it has', () => {
  const everything = {
    alarmEmail: 'operator@example.org',
    domainName: 'chat.example.org',
    certificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/x',
    renderConcurrency: 5,
  };
  const { settings } = createApp(everything, { 'aws:cdk:bundling-stacks': [] });
  const table = page.split('\n').filter(line => line.startsWith('| `'));
  const documented = table.flatMap(line =>
    [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, key]) => String(key)),
  );
  expect(documented.toSorted()).toEqual(Object.keys(settings).toSorted());
  for (const key of ['stage', 'smallModel', 'strongModel', 'retainData'] as const) {
    expect(table.find(line => line.startsWith(`| \`${key}\``))).toContain(`\`${String(settings[key])}\``);
  }
});

test('the log lines that runbooks speak of are written', () => {
  const codes = [
    ...page.matchAll(/`((?:http|run|index|scrape|queue|model|stream|key|notice|reset|limit)\.[a-z_]+)`/g),
  ].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(5);
  expect(codes.filter(code => !source.includes(`'${code}'`))).toEqual([]);
});

test('the flags of operator commands that it names exist', () => {
  const flags = [...page.matchAll(/(--(?:outputs|openai|new|rotate|super|dismiss|overlap)[a-z-]*)/g)].map(
    ([, flag]) => String(flag),
  );
  expect(flags.length).toBeGreaterThan(3);
  const known = (flag: string) =>
    flag === '--outputs-file' || source.includes(` ${flag} `) || source.includes(`[${flag} `);
  expect(flags.filter(flag => !known(flag))).toEqual([]);
});
