import { describe, expect, it } from 'vitest';
import { deepLink } from '../../functions/assistant/deep-link.ts';

const page = 'https://museum.example/visit';
const quote = 'The museum is open all year except on 24 and 25 December.';
const words = 'The%20museum%20is%20open%20all%20year%20except%20on';

describe('a deep link', () => {
  it('points at the heading and the first words of the quote', () => {
    expect(deepLink(page, { quote, anchor: 'hours' })).toBe(`${page}#hours:~:text=${words}`);
    expect(deepLink(page, { quote })).toBe(`${page}#:~:text=${words}`);
  });

  it('keeps a fragment that the address has, and replaces a directive', () => {
    expect(deepLink(`${page}#top`, { quote, anchor: 'hours' })).toBe(`${page}#top:~:text=${words}`);
    expect(deepLink(`${page}#top:~:text=old`, { quote })).toBe(`${page}#top:~:text=${words}`);
    expect(deepLink(`${page}?a=b&c=d#`, { quote })).toBe(`${page}?a=b&c=d#:~:text=${words}`);
  });

  it('escapes what has a meaning in a directive', () => {
    expect(deepLink(page, { quote: 'Push-chairs, prams & dogs: 50% off' })).toBe(
      `${page}#:~:text=Push%2Dchairs%2C%20prams%20%26%20dogs%3A%2050%25%20off`.replace(
        '%25%20off',
        '%25%20off',
      ),
    );
    const link = deepLink(page, { quote: 'Öffnungszeiten für „Gäste“ im Hafen – täglich' });
    expect(decodeURIComponent(link.split(':~:text=')[1] ?? '')).toBe(
      'Öffnungszeiten für „Gäste“ im Hafen – täglich',
    );
  });

  it('quotes whole words of one line, and takes words that are in the quote as they stand', () => {
    const text = 'Children under six get in free of charge every single day of the week.\nSecond line';
    const snippet = decodeURIComponent(deepLink(page, { quote: text }).split('text=')[1] ?? '');
    expect(text).toContain(snippet);
    expect(snippet).toBe('Children under six get in free of charge');
  });

  it('cuts text without spaces at words', () => {
    const snippet = decodeURIComponent(
      deepLink(page, { quote: '開館時間は午前9時から午後5時までです。' }).split('text=')[1] ?? '',
    );
    expect('開館時間は午前9時から午後5時までです。').toContain(snippet);
    expect(snippet.length).toBeGreaterThan(5);
  });

  it('has no directive where there is too little to find', () => {
    expect(deepLink(page, { quote: '', anchor: 'hours' })).toBe(`${page}#hours`);
    expect(deepLink(page, { quote: 'Closed' })).toBe(page);
  });

  it('opens a PDF at its page', () => {
    expect(deepLink('https://museum.example/plan.pdf', { quote, page: 3 })).toBe(
      'https://museum.example/plan.pdf#page=3',
    );
    expect(deepLink('https://museum.example/plan.PDF', { quote })).toBe('https://museum.example/plan.PDF');
  });

  it.each(['javascript:alert(1)', 'not an address', 'file:///etc/passwd', ''])('leaves %j alone', url => {
    expect(deepLink(url, { quote })).toBe(url);
  });

  it('survives a lone surrogate', () => {
    expect(() => deepLink(page, { quote: 'one two three \ud800 four' })).not.toThrow();
  });
});
