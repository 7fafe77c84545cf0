import { describe, expect, it } from 'vitest';
import { sentencesOf, unitsOf } from '../../functions/assistant/extracts/units.ts';
import { askExtractive as ask, passage } from '../support/model-requests.ts';

describe('other languages', () => {
  it.each([
    [
      'de',
      'Wann hat das Museum geöffnet?',
      'Das Museum ist dienstags bis sonntags von 10 bis 18 Uhr geöffnet. Der Eintritt ist frei.',
      'dienstags bis sonntags',
    ],
    [
      'fr',
      "Combien coûte l'entrée ?",
      "Le musée est ouvert tous les jours. L'entrée coûte 12 euros.",
      "L'entrée coûte 12 euros.",
    ],
    [
      'pl',
      'Ile kosztuje bilet?',
      'Muzeum jest otwarte codziennie. Bilet normalny kosztuje 30 zł.',
      'kosztuje 30 zł',
    ],
    [
      'es',
      '¿Quién fundó el museo?',
      'El museo fue fundado por Ana Ruiz en 1968. Abre todos los días.',
      'Ana Ruiz',
    ],
    [
      'ru',
      'Сколько стоит билет?',
      'Музей открыт ежедневно. Билет стоит 300 рублей.',
      'Билет стоит 300 рублей.',
    ],
    ['ja', '開館時間はいつですか', '開館時間は午前9時から午後5時までです。駐車場はありません。', '午前9時'],
    ['zh', '博物馆几点开门？', '博物馆上午9点开门，下午5点关门。停车场在对面。', '上午9点'],
    ['ar', 'ما هو سعر التذكرة؟', 'المتحف مفتوح كل يوم. سعر التذكرة 12 يورو.', '12 يورو'],
  ])('%s', async (_, question, text, answer) => {
    const reply = await ask(question, [passage(1, 'x', [], text)]);
    expect(reply).toContain(answer);
    expect(reply).toContain('[1]');
  });

  it('a refusal is in the language of the question', async () => {
    expect(await ask('Gibt es bei euch eine Garderobe?', [])).toMatch(/keine Antwort/);
    expect(await ask('Est-ce que vous avez une piscine ?', [])).toMatch(/pas trouvé/);
    expect(await ask('ピザはありますか', [])).toMatch(/見つかりませんでした/);
  });
});

describe('what is quoted', () => {
  it('is said once, though it stands on several pages', async () => {
    const notice = 'The café on the pier is closed for repairs until June.';
    const pages = [1, 2, 3].map(n =>
      passage(n, 'Pier', [], `${notice} Page ${n} has more of its own to tell about ships.`),
    );
    const text = await ask('When does the café on the pier open again after repairs?', pages);
    expect(text.split(notice)).toHaveLength(2);
  });

  it('can not pass for a citation or for Markdown of ours', async () => {
    const text = await ask('What does the *sign* on the gate say?', [
      passage(
        1,
        'Gate',
        [],
        'The sign on the gate says ![x](http://evil.example) <b>and</b> [7] and [click](http://evil.example).',
      ),
    ]);
    expect(text).toContain('\\[7]');
    expect(text).toContain('!\\[x](http://evil.example)');
    expect(text).toContain('\\<b>');
    expect(text).toContain('\\[click](');
    expect(text.endsWith('[1]')).toBe(true);
  });
});

describe('units', () => {
  it('keep sentences whole', () => {
    expect(
      sentencesOf('Dr. Vance paid approx. 3.5 million, e.g. for St. Mary. He left. Was it J. R. Smith?'),
    ).toEqual(['Dr. Vance paid approx. 3.5 million, e.g. for St. Mary.', 'He left.', 'Was it J. R. Smith?']);
  });

  it('join lines that a PDF has broken and leave short lines apart', () => {
    expect(
      unitsOf('The museum was founded in 1968 by a shipbuilder who\nloved boats.').map(({ text }) => text),
    ).toEqual(['The museum was founded in 1968 by a shipbuilder who loved boats.']);
    expect(unitsOf('Mon 9–17\nTue 9–18').map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'row Mon 9–17',
      'row Tue 9–18',
    ]);
  });

  it('read tables with a ruler and without, and lose no row', () => {
    expect(unitsOf('| A | B |\n|---|---|\n| x | 1 |').map(({ text }) => text)).toEqual(['x: 1']);
    expect(unitsOf('Reading room | by appointment\nCafé | 9–17').map(({ text }) => text)).toEqual([
      'Reading room: by appointment',
      'Café: 9–17',
    ]);
  });
});
