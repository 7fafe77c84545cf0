import { posix } from 'node:path';
import type { Archive } from './archive.ts';
import { textWithin, xmlElements } from './xml.ts';

/** What a part of an Office file refers to. */
export interface Relation {
  /** The last word of its type: `image`, `header`, `hyperlink`. */
  readonly type: string;
  /** The name of another part, or an address outside. */
  readonly target: string;
  readonly isOutside: boolean;
}

/** The relations of a part by their ids. `''` is the file itself. */
export async function relationsOf(archive: Archive, part: string): Promise<Map<string, Relation>> {
  const folder = posix.dirname(part);
  const name = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  const relations = new Map<string, Relation>();
  for await (const { attributes } of xmlElements(archive.unpack(name), new Set(['Relationship']))) {
    const { Id: id, Type: type = '', Target: target = '', TargetMode: mode } = attributes;
    const isOutside = mode === 'External';
    if (id === undefined || (!isOutside && !target)) continue;
    relations.set(id, {
      type: type.slice(type.lastIndexOf('/') + 1),
      target: isOutside ? target : posix.join('/', folder, asFrom(target)).slice(1),
      isOutside,
    });
  }
  return relations;
}

/** A target that begins with a slash is not relative to the folder of the part. */
const asFrom = (target: string): string => {
  const path = target.replaceAll('\\', '/').split('#')[0] ?? '';
  return path.startsWith('/') ? `${'../'.repeat(20)}${path.slice(1)}` : path;
};

/** The part of that type to which a part refers. */
export const targetOf = (relations: ReadonlyMap<string, Relation>, type: string): string | undefined =>
  relations.values().find(relation => relation.type === type && !relation.isOutside)?.target;

/** The main part of the file. */
export const mainPartOf = async (archive: Archive): Promise<string | undefined> =>
  targetOf(await relationsOf(archive, ''), 'officeDocument');

/** Titles that Office gives to files by itself. */
const givenTitle =
  /^(?:powerpoint presentation|microsoft word - .*|(?:document|presentation|book|slide) ?\d+)$/i;

/** The title and the language that the properties of the file tell. */
export async function propertiesOf(archive: Archive): Promise<{ title?: string }> {
  const part = targetOf(await relationsOf(archive, ''), 'core-properties');
  if (part === undefined) return {};
  for await (const element of xmlElements(archive.unpack(part), new Set(['title']))) {
    const title = textWithin(element).trim();
    if (title !== '' && !givenTitle.test(title)) return { title };
  }
  return {};
}

/** What is said of a file with macros. Empty for others. */
export const macroNotes = (archive: Archive): string[] =>
  archive.names.some(name => /(?:^|\/)vbaProject\.bin$/i.test(name)) ? ['its macros were ignored'] : [];
