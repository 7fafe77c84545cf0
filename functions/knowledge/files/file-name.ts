import { cut } from '../../platform/portable/text-length.ts';

/** What a name of a file must not have: folders, quotes, wildcards, control characters and marks of direction. */
const unsafe = /["'`<>|:*?%;&$\\/\p{Cc}\p{Cs}\p{Cf}\u2028\u2029]+/gu;
const longest = 200;

/** The name without what could lead into another folder, end a quotation, or show the ending in another place. */
export function harmlessName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replaceAll(unsafe, '_')
    .replace(/^[\s._]+/, '')
    .trim();
  const ending = /\.[a-z\d]{1,8}$/i.exec(plain)?.[0] ?? '';
  if (plain === '') return 'file';
  return plain.length <= longest ? plain : cut(plain, longest - ending.length) + ending;
}
