import { page, startSite } from '../../scraper/site-server.ts';
import { hostileAnswers } from './answers.ts';
import { hostileScripts } from './browser-pages.ts';
import { hostileFiles } from './files.ts';
import { sense } from './kinds.ts';
import { hostilePages } from './pages.ts';

/** The process that serves the hostile sites, each from an origin of its own. It tells their names and origins. */
const [dataDir] = process.argv.slice(3);

const kinds = [...hostileAnswers(200), ...hostilePages, ...hostileFiles(dataDir), ...hostileScripts];
const sites = [];
for (const { name, answers, slow = false } of kinds) {
  const site = await startSite({
    '/': page('Start', sense, ['/hostile', '/good']),
    '/good': page('Good', `The good page beside it. ${sense}`),
    '/robots.txt': { status: 404 },
    '/sitemap.xml': { status: 404 },
    ...answers,
  });
  sites.push({ name, origin: site.origin, slow });
}
process.send?.({ sites });
