import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { UnreadableFile } from '../file-reading.ts';

/** What an archive may unpack to. All of it is checked against what the archive says before anything is unpacked. */
export const archiveLimits = {
  entries: 10_000,
  /** In bytes. */
  entryBytes: 200 * 1024 * 1024,
  /** In bytes, of all entries. */
  totalBytes: 1024 * 1024 * 1024,
  /** How many times its size an entry may unpack to, when it is larger than `freeBytes`. */
  ratio: 150,
  freeBytes: 10 * 1024 * 1024,
};

/** A ZIP archive that keeps to the limits. Its names lead nowhere outside of it. */
export interface Archive extends AsyncDisposable {
  /** The names of its files, without folders, in its own order. */
  readonly names: readonly string[];
  /** Its files by their names in lower case, as the formats of Office compare them. */
  has(name: string): boolean;
  /** In bytes, unpacked. 0 for a file that is not there. */
  sizeOf(name: string): number;
  /** Unpacks a file piece by piece; nothing for one that is not there. Throws where its bytes are damaged. */
  unpack(name: string): AsyncIterable<Uint8Array>;
}

/**
 * Opens the archive at `path` and checks all of its entries. Throws `UnreadableFile` where it is damaged, encrypted,
 * too large when unpacked, or made to write elsewhere.
 */
export async function openArchive(
  path: string,
  limits: typeof archiveLimits = archiveLimits,
): Promise<Archive> {
  const zip = await openPromise(path, { autoClose: false }).catch(refuseDamaged);
  try {
    return archiveOf(zip, await entriesOf(zip, limits));
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function entriesOf(zip: ZipFile, limits: typeof archiveLimits): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.entries)
    throw new UnreadableFile(`the archive holds more than ${limits.entries} files: pack fewer into one`);
  const entries = new Map<string, Entry>();
  let total = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      total += checkedSize(entry, limits);
      if (total > limits.totalBytes) throw tooLarge(limits.totalBytes);
      const key = entry.fileName.toLowerCase();
      if (!key.endsWith('/') && !entries.has(key)) entries.set(key, entry);
    }
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    refuseDamaged(error);
  }
  return entries;
}

/** The size that the entry says. Unpacking ends with an error when there is more. */
function checkedSize(entry: Entry, limits: typeof archiveLimits): number {
  const { fileName, uncompressedSize, compressedSize, externalFileAttributes } = entry;
  const name = JSON.stringify(fileName.slice(0, 100));
  if (entry.isEncrypted())
    throw new UnreadableFile(`the archive is encrypted (${name}): remove the password, and upload it again`);
  if (((externalFileAttributes >>> 16) & fileKind) === symbolicLink)
    throw new UnreadableFile(`the archive holds a symbolic link (${name}): pack the file itself`);
  if (uncompressedSize > limits.entryBytes) throw tooLarge(limits.entryBytes);
  if (uncompressedSize > limits.freeBytes && uncompressedSize > compressedSize * limits.ratio)
    throw new UnreadableFile(`the archive unpacks to more than ${limits.ratio} times its size (${name})`);
  return uncompressedSize;
}

/** Bits of the mode of a file under Unix. */
const fileKind = 0o170000;
const symbolicLink = 0o120000;

const tooLarge = (bytes: number): UnreadableFile =>
  new UnreadableFile(`it unpacks to more than ${bytes / 1024 / 1024} MB: split it into smaller files`);

function refuseDamaged(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  if (/invalid relative path|absolute path|invalid characters/.test(reason))
    throw new UnreadableFile(`the archive is made to write outside of its folder (${reason.slice(0, 200)})`);
  throw new UnreadableFile(
    `the file is a ZIP archive or an Office document that is damaged or cut short (${reason.slice(0, 200)}): upload a whole copy`,
    { cause: error },
  );
}

function archiveOf(zip: ZipFile, entries: ReadonlyMap<string, Entry>): Archive {
  const find = (name: string) => entries.get(name.toLowerCase());
  return {
    names: [...entries.values()].map(({ fileName }) => fileName),
    has: name => find(name) !== undefined,
    sizeOf: name => find(name)?.uncompressedSize ?? 0,
    async *unpack(name) {
      const entry = find(name);
      if (!entry) return;
      let sum = 0;
      try {
        const stream = await zip.openReadStreamPromise(entry);
        for await (const piece of stream) {
          const bytes: Uint8Array = piece;
          sum = crc32(bytes, sum);
          yield bytes;
        }
      } catch (error) {
        refuseDamaged(error);
      }
      if (sum !== entry.crc32) refuseDamaged(new Error(`wrong checksum of ${entry.fileName}`));
    },
    [Symbol.asyncDispose]: async () => zip.close(),
  };
}

/** A file of the archive whole; empty when it is not there. Its size is within the limits. */
export async function unpackWhole(archive: Archive, name: string): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(archive.unpack(name)));
}
