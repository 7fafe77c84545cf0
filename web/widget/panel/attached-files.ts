import { isLonger, lengthOf } from '../../../functions/platform/portable/text-length.ts';

/** A text that goes with a question. */
export interface AttachedFile {
  readonly name: string;
  readonly text: string;
}

/** The API takes so many files, and so many characters in all. */
export const attachedLimits = { files: 3, characters: 60_000 };
const mostBytesOfACharacter = 4;

export interface Attached {
  readonly files: readonly AttachedFile[];
  /** Why one was not taken, fit to be read. */
  readonly refusal?: string;
}

/** Adds the files that a visitor chose to those of the question, up to the first that can not be taken. */
export async function attach(files: readonly AttachedFile[], chosen: readonly File[]): Promise<Attached> {
  let taken = [...files];
  for (const file of chosen) {
    const { name } = file;
    const others = taken.filter(one => one.name !== name);
    const refused = (refusal: string): Attached => ({ files: taken, refusal });
    if (others.length === attachedLimits.files)
      return refused(`At most ${attachedLimits.files} files go with a question.`);
    const left = attachedLimits.characters - others.reduce((sum, { text }) => sum + lengthOf(text), 0);
    // The size is checked before the file is read: it may be as large as a film.
    const tooLong = `${name} is too long: ${attachedLimits.characters} characters in all can be read.`;
    if (file.size > left * mostBytesOfACharacter) return refused(tooLong);
    const text = await textOf(file);
    if (text === undefined) return refused(`${name} is not a text file.`);
    if (isLonger(text, left)) return refused(tooLong);
    if (text.trim() === '') return refused(`${name} is empty.`);
    taken = [...others, { name, text }];
  }
  return { files: taken };
}

async function textOf(file: File): Promise<string | undefined> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
    return text.includes('\0') ? undefined : text;
  } catch {
    // Another encoding, a picture, or a file that is gone since it was chosen.
    return undefined;
  }
}
