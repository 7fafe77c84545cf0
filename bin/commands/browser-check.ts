import { type Command, parseCommandLine, usageError } from './command.ts';
import { CommandError, exitCodes } from './command-error.ts';
import { silentLog } from '../../functions/platform/log.ts';
import { systemResolve } from '../../functions/scraper/fetch/system-resolve.ts';

export const browserCheck: Command = {
  verb: 'browser-check',
  summary: 'show a page in the browser that crawls use',
  help: `Usage: switchboard browser-check --url URL [--heavy] [--json]

Shows the page in the browser with which crawls read pages that scripts make, on this machine and without a running
system, and reports what came of it. The address may be one of this machine.

  --url URL   the page
  --heavy     as for a verification: waits longer, scrolls, opens what is folded
  --json      one JSON object

Exits 0 when the page was shown, 1 when not.`,

  async run(args, { clock, terminal, interrupted }) {
    const { values } = parseCommandLine('browser-check', args, {
      url: { type: 'string' },
      heavy: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    });
    const url = URL.parse(values.url ?? '');
    if (!url || !/^https?:$/.test(url.protocol)) throw usageError('browser-check', '--url: which page?');
    const [{ chromiumBinary }, { createRenderer, rendererSettings }, { htmlOf }, { extractPage }] =
      await Promise.all([
        import('../../functions/scraper/render/binary.ts'),
        import('../../functions/scraper/render/renderer.ts'),
        import('../../functions/scraper/render/rendered-html.ts'),
        import('../../functions/knowledge/parse/html/extract.ts'),
      ]);
    const { program } = await chromiumBinary();
    const effects = { clock, log: silentLog, resolve: systemResolve };
    const renderer = createRenderer(effects, { ...rendererSettings, local: () => true });
    try {
      const asked = { url: url.href, origin: url.origin, heavy: values.heavy };
      const reply = await renderer.render(asked, interrupted);
      if (reply.kind === 'failed') throw new CommandError(exitCodes.failed, `${url.href}: ${reply.reason}`);
      const { kind: _, html: packed, ...facts } = reply;
      const html = await htmlOf({ html: packed });
      const { blocks } = extractPage(html, new URL(reply.url));
      const text = blocks.reduce((sum, block) => sum + block.text.length, 0);
      const report = {
        program,
        node: process.version,
        ...facts,
        html_length: html.length,
        text_length: text,
      };
      terminal.write(values.json ? `${JSON.stringify(report)}\n` : lines(report));
      return exitCodes.done;
    } finally {
      await renderer.close();
    }
  },
};

/** A line for each fact; lists and objects as JSON. */
const lines = (report: object): string =>
  Object.entries(report)
    .map(
      ([name, value]) => `${name.padEnd(12)} ${typeof value === 'string' ? value : JSON.stringify(value)}\n`,
    )
    .join('');
