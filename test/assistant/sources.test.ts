import { describe, expect, it } from 'vitest';
import { Findings } from '../../functions/assistant/findings.ts';
import { source } from '../../functions/assistant/schema.ts';
import { sourcesOf } from '../../functions/assistant/sources.ts';
import type { Retrieved } from '../../functions/knowledge/index.ts';
import type { ChunkId, DocumentId, SubmissionId } from '../../functions/platform/ids.ts';
import { about, hours } from '../support/model-requests.ts';

const found = (passage: typeof hours, id: string, changes: Partial<Retrieved> = {}): Retrieved => ({
  ...passage,
  chunkId: `${id}#0` as ChunkId,
  documentId: id as DocumentId,
  version: 'first' as SubmissionId,
  start: 0,
  end: passage.text.length,
  ...changes,
});

const findings = new Findings();
findings.add([found(hours, 'visit', { anchor: 'opening-hours' }), found(about, 'about')]);

describe('sources', () => {
  it('are the cited passages, numbered as in the text', () => {
    const sources = sourcesOf(
      'Ada Thornton founded it [1]. It is closed on 24 December [2].',
      [2, 1],
      findings,
    );
    expect(sources).toMatchObject([
      { n: 1, id: 'about', title: 'About us', heading: 'About us', score: 2 },
      { n: 2, id: 'visit', title: 'Visit', heading: 'Opening hours' },
    ]);
    for (const one of sources) expect(source.parse(one)).toEqual(one);
  });

  it('leave out what was found but not cited', () => {
    expect(sourcesOf('I could not find it.', [], findings)).toEqual([]);
  });

  it('quote the words that bear the claim out, and link to them', () => {
    const [first] = sourcesOf('The director of the museum is Dr. Peter Vance [1].', [2], findings);
    expect(first?.excerpt).toBe('Its director is Dr. Peter Vance, who took over in 2019.');
    expect(decodeURIComponent(first?.url ?? '')).toBe(
      'https://museum.example/about#:~:text=Its director is Dr. Peter Vance, who took',
    );
  });

  it('link to the heading where the words are a row of a table, whose cells a browser does not join', () => {
    const [first] = sourcesOf('On Sunday it is open 9:30–19:00 [1].', [1], findings);
    expect(first).toMatchObject({
      excerpt: 'Sunday: 9:30–19:00',
      url: 'https://museum.example/visit#opening-hours',
    });
  });

  it('begin with the first of the words that are quoted, and pass over what is between where it is long', () => {
    const rules = new Findings();
    const between =
      'What stands between is long and tells nothing of the question that was asked here. '.repeat(3);
    rules.add([
      found(
        {
          ...about,
          text: `Up to five things at a time.\n\n${between}\n\nRenew once, by telephone or at the desk.`,
        },
        'rules',
      ),
    ]);
    const [first] = sourcesOf(
      '- Up to five things at a time. [1]\n- Renew once, by telephone or at the desk. [1]',
      [1],
      rules,
    );
    expect(first?.excerpt).toBe('Up to five things at a time. … Renew once, by telephone or at the desk.');
    expect(decodeURIComponent(first?.url ?? '')).toContain(':~:text=Up to five things at a time');
  });

  it('keep excerpts within 200 characters', () => {
    const long = new Findings();
    long.add([found({ ...about, text: `${'A museum of ships '.repeat(40)}.` }, 'long')]);
    const [first] = sourcesOf('Ships [1].', [1], long);
    expect(first?.excerpt.length).toBeLessThanOrEqual(200);
    expect(first?.excerpt.endsWith('…')).toBe(true);
  });
});

describe('findings', () => {
  it('keep a passage under its number, however often a search finds it', () => {
    const several = new Findings();
    several.add([found(hours, 'visit')]);
    const again = several.add([found(about, 'about'), found({ ...hours, n: 2 }, 'visit')]);
    expect(again.map(({ n, documentId }) => [n, documentId])).toEqual([
      [2, 'about'],
      [1, 'visit'],
    ]);
    expect(several.get(3)).toBeUndefined();
  });
});
