import { globSync, readFileSync } from 'node:fs';
import { parseAst } from 'rolldown/parseAst';
import { analyse } from 'scslre';
import { expect, test } from 'vitest';
import * as z from 'zod';

/**
 * A text of 1 MB can keep such an expression busy for hours: the time grows with the square of its length, or faster.
 */
function slowExpressions(file: string, source: string): string[] {
  const found: string[] = [];
  const look = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(look);
    if (typeof node !== 'object' || node === null) return;
    if ('regex' in node && 'start' in node && typeof node.start === 'number')
      found.push(...whySlow(node.regex).map(why => `${file}:${lineOf(source, Number(node.start))} ${why}`));
    for (const inside of Object.values(node)) look(inside);
  };
  look(parseAst(source, { lang: file.endsWith('x') ? 'tsx' : 'ts' }, file));
  return found;
}

const lineOf = (source: string, at: number): number => source.slice(0, at).split('\n').length;

function whySlow(regex: unknown): string[] {
  const { pattern, flags } = regexSchema.parse(regex);
  return analyse({ source: pattern, flags }).reports.map(({ type }) => `/${pattern}/${flags} (${type})`);
}

const regexSchema = z.object({ pattern: z.string(), flags: z.string() });

test('an expression that is slow is seen', () => {
  const source = String.raw`const slow = [/\s+$/, /(?<=\n\s*)x/, /a\s*b?\s*c/, /(a+)+b/]; const fast = [/^\s+/, /a+/g];`;
  expect(new Set(slowExpressions('x.ts', source).map(line => line.split(' ')[1]))).toEqual(
    new Set([String.raw`/\s+$/`, String.raw`/(?<=\n\s*)x/`, String.raw`/a\s*b?\s*c/`, '/(a+)+b/']),
  );
});

test('no regular expression of the product takes more time than in proportion to its text', () => {
  const files = globSync('{functions,web,local,bin,lib}/**/*.{ts,tsx}').filter(
    file => !file.includes('node_modules') && !file.endsWith('.d.ts'),
  );
  expect(files.length).toBeGreaterThan(300);
  expect(files.flatMap(file => slowExpressions(file, readFileSync(file, 'utf8')))).toEqual([]);
});
