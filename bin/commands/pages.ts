import type * as z from 'zod';
import { pageEndpoints } from '../../functions/scraper/pages/endpoints.ts';
import { verifyEndpoints } from '../../functions/scraper/verify/endpoints.ts';
import { type ApiRequest, readReply } from './api-client.ts';
import { type Command, commandLine, parseCommandLine, usageError } from './command.ts';
import { exitCodes } from './command-error.ts';
import { table } from './table.ts';

export const pages: Command = {
  verb: 'pages',
  summary: 'show the pages that a mode has learned; take one out, or block it',
  help: `Usage: switchboard pages MODE [--sites | --blocked] [--json]
       switchboard pages MODE --delete ID | --block URL | --unblock URL | --refresh ID

Lists the pages that a mode has learned, each with its id.

  --sites         the sites instead, with the sums of their pages
  --blocked       the pages that the mode never learns
  --delete ID     take a page out of the mode; a crawl that finds it again learns it again
  --block URL     take it out, and never learn it again
  --unblock URL   let a crawl learn it again
  --refresh ID    visit a page anew and learn what it says now
  --json          the reply as JSON`,

  async run(args, { terminal, interrupted: signal, connect }) {
    const { values, positionals } = parseCommandLine('pages', args, {
      sites: { type: 'boolean' },
      blocked: { type: 'boolean' },
      delete: { type: 'string' },
      block: { type: 'string' },
      unblock: { type: 'string' },
      refresh: { type: 'string' },
      json: { type: 'boolean' },
    });
    const { json, ...asked } = values;
    const [mode, ...more] = positionals;
    if (mode === undefined || more.length > 0) throw usageError('pages', 'which mode? One at a time');
    if (Object.keys(asked).length > 1) throw usageError('pages', 'one of these at a time');
    const api = await connect();
    const name = encodeURIComponent(mode);
    const call = async <T extends z.ZodType>(path: string, schema: T, request: ApiRequest = {}) => {
      const reply = await readReply(await api.send(path, { ...request, signal }), schema);
      if (json) terminal.write(`${JSON.stringify(reply, null, 2)}\n`);
      return reply;
    };
    const tell = (text: string) => {
      if (!json) terminal.write(`${text}\n`);
      return exitCodes.done;
    };
    const follow = (id: string) => `See how it goes: ${commandLine} jobs --follow ${id}`;

    if (asked.delete !== undefined) {
      const path = `/admin/scraped-content/${encodeURIComponent(asked.delete)}?mode=${name}`;
      const reply = await call(path, pageEndpoints.deleteScrapedContent.reply, { method: 'DELETE' });
      return tell(`${reply.message}. ${follow(reply.job_id)}`);
    }
    if (asked.refresh !== undefined) {
      const path = `/admin/scrape/refresh/${encodeURIComponent(asked.refresh)}?mode=${name}`;
      const reply = await call(path, verifyEndpoints.refreshPage.reply, { method: 'POST' });
      return tell(`${reply.message}. ${follow(reply.job_id)}`);
    }
    if (asked.block !== undefined) {
      const request = { method: 'POST', body: { url: asked.block } } as const;
      const reply = await call(`/admin/scrape/block-page/${name}`, pageEndpoints.blockPage.reply, request);
      return tell(`${reply.normalized_url} is blocked for the mode "${mode}".`);
    }
    if (asked.unblock !== undefined) {
      const request = { method: 'POST', body: { normalized_url: asked.unblock } } as const;
      const reply = await call(
        `/admin/scrape/unblock-page/${name}`,
        pageEndpoints.unblockPage.reply,
        request,
      );
      return tell(`${reply.normalized_url} may be learned again.`);
    }
    if (asked.blocked) {
      const reply = await call(`/admin/scrape/blocked-pages/${name}`, pageEndpoints.listBlockedPages.reply);
      const rows = reply.blocked_pages.map(page => [page.blocked_at, page.normalized_url, page.title]);
      return tell(table(['blocked', 'address', 'title'], rows, 'No page is blocked.'));
    }
    if (asked.sites) {
      const { sites } = await call(`/admin/scrape/sites/${name}`, pageEndpoints.listScrapedSites.reply);
      const rows = sites.map(site => [
        site.domain,
        String(site.total_pages),
        String(site.total_words),
        site.last_scraped ?? 'never',
      ]);
      return tell(table(['site', 'pages', 'words', 'learned'], rows, 'Nothing is learned yet.'));
    }
    const { scraped_content: content } = await call(
      `/admin/scrape/status/${name}`,
      pageEndpoints.readLearningStatus.reply,
    );
    const rows = content.map(({ _id: id, status, word_count: words, url, title, error_message: error }) => [
      id,
      status === 'active' ? String(words) : 'failed',
      url,
      error ?? title,
    ]);
    return tell(table(['id', 'words', 'address', 'title'], rows, 'Nothing is learned yet.'));
  },
};
