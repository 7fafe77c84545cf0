import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { decodeHtml } from '../../functions/knowledge/parse/encoding/decode.ts';
import { withinBudget } from '../../functions/platform/within-budget.ts';
import { robotName } from '../../functions/scraper/fetch/user-agent.ts';
import { parseRobots, type Robots } from '../../functions/scraper/site/robots.ts';
import { type Command, type CommandEffects, parseCommandLine, usageError } from './command.ts';
import { exitCodes } from './command-error.ts';
import { answerLines } from './json-lines.ts';
import { openSiteReader } from './site-reader.ts';

export const allowed: Command = {
  verb: 'allowed',
  summary: 'tell whether robots.txt lets an address be crawled, and by which rule',
  help: `Usage: switchboard allowed <url> [--robots FILE] [--agent UA] [--json]
       switchboard allowed - < lines.jsonl

Tells whether the address may be crawled, and the rule of robots.txt that decides. Needs no running system and changes
nothing.

  --robots FILE   the rules, in place of those that the address's host serves
  --agent UA      the robot, by its name or its user agent (default: ${robotName})
  --json          one JSON object: {"allowed", "rule"}; "rule" is null where no rule decides

With - it answers each line of standard input, {"id", "robots", "agent", "url"} with the text of the rules, by
{"id", "allowed", "rule"}, or "ok": false and "error". Exits 0 whatever the answer is.`,

  async run(args, effects) {
    const { values, positionals } = parseCommandLine('allowed', args, {
      robots: { type: 'string' },
      agent: { type: 'string', default: robotName },
      json: { type: 'boolean' },
    });
    const [address, ...more] = positionals;
    if (address === undefined || more.length > 0) throw usageError('allowed', 'one address, or -');
    if (address === '-') {
      await answerLines(lineSchema, answerLine, effects);
      return exitCodes.done;
    }
    const url = URL.parse(address);
    if (!url || !/^https?:$/.test(url.protocol))
      throw usageError('allowed', `${address}: an address like https://www.example.org/page`);
    const robot = robotOf(values.agent);
    const robots = await (values.robots === undefined
      ? fetchedRules(url, robot, effects)
      : rulesOfFile(values.robots, robot));
    const { allowed, rule } = robots.verdict(url.href);
    if (values.json) effects.terminal.write(`${JSON.stringify({ allowed, rule: rule ?? null })}\n`);
    else {
      const reason = robots.unavailable ?? rule ?? 'no rule is about it';
      effects.terminal.write(`${allowed ? 'allowed' : 'not allowed'}: ${reason}\n`);
    }
    return exitCodes.done;
  },
};

const lineSchema = z.object({
  robots: z.string(),
  agent: z.string().nullish(),
  url: z.string(),
});

/** Rules of the greatest size take less than a second. */
const readingBudgetMs = 5_000;

const answerLine = ({ robots, agent, url }: z.output<typeof lineSchema>): object =>
  withinBudget(readingBudgetMs, () => {
    const { allowed, rule } = parseRobots(robots, robotOf(agent ?? robotName)).verdict(url);
    return { allowed, rule: rule ?? null };
  });

async function fetchedRules(url: URL, robot: string, effects: CommandEffects): Promise<Robots> {
  await using reader = openSiteReader(effects);
  return await reader.rulesFor(robot).of(url.origin);
}

const rulesOfFile = async (path: string, robot: string): Promise<Robots> =>
  parseRobots(decodeHtml(await readFile(path), undefined), robot);

/** The robot's name in a user agent: what follows `compatible;`, else what it begins with. */
const robotOf = (agent: string): string =>
  (/compatible;\s*([^/;)]+)/i.exec(agent)?.[1] ?? agent.split('/', 1)[0] ?? '').trim();
