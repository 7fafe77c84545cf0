import { open } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { maxPageBytes } from '../../functions/scraper/fetch/read-response.ts';
import { previewSource, type SourcePreview } from '../../functions/scraper/preview/preview-source.ts';
import { type SourceType, typeNamed } from '../../functions/scraper/preview/source-type.ts';
import { type Command, type CommandEffects, parseCommandLine, usageError } from './command.ts';
import { CommandError, exitCodes, messageOf } from './command-error.ts';
import { answerLines } from './json-lines.ts';
import { openSiteReader } from './site-reader.ts';

export const extract: Command = {
  verb: 'extract',
  summary: 'show what would be indexed of a file or a page',
  help: `Usage: switchboard extract <file|url>... [--type html] [--url BASE] [--json]
       switchboard extract - < lines.jsonl

Reads each file or page as the crawler does, and shows its title, language, text and links. Needs no running system and
changes nothing.

  --type TYPE   html or txt, where the file does not tell by itself
  --url BASE    the address that the files' links are relative to
  --json        one JSON object a file or page, each on a line:
                {"id", "ok", "title", "text", "markdown", "headings", "language", "robots", "links"}, or "error"

With - it answers each line of standard input, {"id", "file"} and if need be "type", "url", "content_type", by such a
line. Exits 0 when all could be read; with - when all lines are answered.`,

  async run(args, effects) {
    const { values, positionals } = parseCommandLine('extract', args, {
      type: { type: 'string' },
      url: { type: 'string' },
      json: { type: 'boolean' },
    });
    if (positionals.length === 0) throw usageError('extract', 'which file or address?');
    const type = values.type === undefined ? undefined : typeOf(values.type);
    const base = values.url === undefined ? undefined : addressOf(values.url);
    if (positionals.length === 1 && positionals[0] === '-') {
      await answerLines(lineSchema, line => answerLine(line, { type, base }), effects);
      return exitCodes.done;
    }
    await using reader = openSiteReader(effects);
    let failed = false;
    for (const source of positionals) {
      const preview = await (isAddress(source)
        ? reader.preview(new URL(source), type)
        : previewFile(source, { type, base })
      ).catch((error: unknown) => ({ error: messageOf(error) }));
      effects.interrupted.throwIfAborted();
      if ('error' in preview) failed = true;
      if (values.json)
        effects.terminal.write(`${JSON.stringify({ id: source, ok: !('error' in preview), ...preview })}\n`);
      else if ('error' in preview) effects.terminal.note(`${source}: ${preview.error}`);
      else show(source, preview, effects);
    }
    return failed ? exitCodes.failed : exitCodes.done;
  },
};

interface Given {
  readonly type?: SourceType | undefined;
  readonly base?: URL | undefined;
  readonly contentType?: string | undefined;
}

const lineSchema = z.object({
  file: z.string(),
  type: z.string().nullish(),
  url: z.string().nullish(),
  content_type: z.string().nullish(),
});

async function answerLine(
  { file, type, url, content_type }: z.output<typeof lineSchema>,
  given: Given,
): Promise<object> {
  const preview = await previewFile(file, {
    type: type == null ? given.type : typeOf(type),
    base: url == null ? given.base : addressOf(url),
    contentType: content_type ?? undefined,
  });
  return { ok: true, ...preview };
}

async function previewFile(path: string, { type, base, contentType }: Given): Promise<SourcePreview> {
  const url = base ?? new URL(pathToFileURL(path).pathname, 'https://file.invalid');
  return previewSource(await bytesOf(path), { url, type, contentType });
}

async function bytesOf(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const stats = await file.stat();
  if (!stats.isFile()) throw new Error(`${path} is no file`);
  if (stats.size > maxPageBytes) throw new Error(`larger than ${maxPageBytes / 1024 / 1024} MB`);
  return file.readFile();
}

function typeOf(name: string): SourceType {
  const type = typeNamed(name);
  if (type === undefined) throw new CommandError(exitCodes.usage, `type ${name}: html or txt`);
  return type;
}

const isAddress = (text: string): boolean => /^https?:\/\//i.test(text) && URL.canParse(text);

function addressOf(text: string): URL {
  if (isAddress(text)) return new URL(text);
  throw new CommandError(exitCodes.usage, `url ${text}: an address like https://www.example.org/page`);
}

function show(source: string, preview: SourcePreview, { terminal }: CommandEffects): void {
  const { title, language, robots, markdown, links } = preview;
  const facts = [
    language ?? 'language unknown',
    robots.index ? 'indexed' : 'asks not to be indexed',
    robots.follow ? `${links.length} links` : 'asks not to follow its links',
  ];
  terminal.write(`${title}\n`);
  terminal.write(`${source}: ${facts.join(', ')}\n`, 'dim');
  terminal.write(`\n${markdown}\n\n`);
}
