import type { Block } from '../documents/document.ts';

/** A plain text as blocks: its paragraphs, which blank lines part. */
export const textToBlocks = (text: string): Block[] =>
  text
    .split(/\r?\n(?:[^\S\n]*\r?\n)+/)
    .filter(paragraph => paragraph.trim() !== '')
    .map(paragraph => ({ kind: 'text', text: paragraph }));
