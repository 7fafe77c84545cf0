import type * as z from 'zod';
import { modeEndpoints } from '../../functions/assistant/endpoints.ts';
import { describedMode } from '../../functions/assistant/schema.ts';
import { scrapeFrequency } from '../../functions/scraper/plans/schema.ts';
import { readReply } from './api-client.ts';
import { type Command, parseCommandLine, usageError } from './command.ts';
import { exitCodes } from './command-error.ts';

export const schedule: Command = {
  verb: 'schedule',
  summary: 'say which sites a mode learns by itself, and how often',
  help: `Usage: switchboard schedule [MODE]
       switchboard schedule MODE daily|weekly|manual [--site URL]...

Without a frequency it shows what the modes learn. Daily is 02:00, weekly Sunday 03:00, within a quarter of an hour
and in UTC; manual is only when asked. A mode whose sites were learned less than 20 hours (weekly: 6 days) before
waits for its next turn.

  --site URL   a site that the mode learns, as for "learn"; given once or more, these replace those that it had`,

  async run(args, effects) {
    const { terminal, interrupted: signal } = effects;
    const { values, positionals } = parseCommandLine('schedule', args, {
      site: { type: 'string', multiple: true },
    });
    const [mode, asked, ...more] = positionals;
    const frequency = scrapeFrequency.optional().safeParse(asked);
    if (!frequency.success || more.length > 0)
      throw usageError('schedule', `${[asked, ...more].join(' ')}: daily, weekly or manual`);
    if (asked === undefined && values.site !== undefined)
      throw usageError('schedule', 'how often? daily, weekly or manual');
    const api = await effects.connect();
    if (mode === undefined) {
      const reply = await api.send('/admin/modes', { signal });
      const { modes } = await readReply(reply, modeEndpoints.listModes.reply);
      for (const each of modes) terminal.write(`${inWords(each)}\n`);
      return exitCodes.done;
    }
    const path = `/admin/modes/${encodeURIComponent(mode)}`;
    const body = { scrape_frequency: frequency.data, scrape_sites: values.site };
    const reply = await api.send(path, asked === undefined ? { signal } : { method: 'PUT', body, signal });
    terminal.write(`${inWords(await readReply(reply, describedMode))}\n`);
    return exitCodes.done;
  },
};

function inWords(mode: z.output<typeof describedMode>): string {
  const { name, scrape_sites: sites, scrape_frequency: frequency, last_scraped_at: last } = mode;
  const learned = last === null ? 'not learned yet' : `last learned ${last}`;
  return `${name}  ${frequency}  ${learned}${sites.map(site => `\n  ${site}`).join('')}`;
}
