import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameSize } from '../../web/widget/frame-size.ts';
import { readOptions } from '../../web/widget/options.ts';
import { loadSettings, settingsFrom } from '../../web/widget/settings.ts';
import { contrast, themeOf } from '../../web/shared/theme.ts';
import { storage } from './scripted-server.ts';

const script = 'https://chat.example/widget/v2/widget.js';
const options = (dataset: Record<string, string>, globals?: unknown) => readOptions(dataset, globals, script);

describe('the attributes of the tag', () => {
  it('need a key alone: the rest has its usual value', () => {
    expect(options({ apiKey: ' pk_live_a ' })).toEqual({
      key: 'pk_live_a',
      keptUnder: 'pk_live_a',
      scriptUrl: script,
      baseUrl: 'https://chat.example',
      streaming: true,
      mode: undefined,
      color: undefined,
      position: undefined,
    });
    expect(options({})).toBeUndefined();
    expect(options({ mode: 'default', apiKey: '  ' })).toBeUndefined();
  });

  it('keep the conversation of each mode that a page names apart', () => {
    expect(options({ apiKey: 'k', mode: 'tickets' })).toMatchObject({
      mode: 'tickets',
      keptUnder: 'k.tickets',
    });
  });

  it('win over the global settings, by either of their names', () => {
    const globals = {
      apiKey: 'pk_live_b',
      baseUrl: 'https://b.example/api/widget/',
      streaming: false,
      primaryColor: '#ABC',
      position: 'bottom-left',
    };
    expect(options({}, globals)).toMatchObject({
      key: 'pk_live_b',
      baseUrl: 'https://b.example',
      streaming: false,
      color: '#aabbcc',
      position: 'bottom-left',
    });
    expect(
      options(
        {
          key: 'pk_live_a',
          theme: '#82002d',
          baseUrl: 'https://a.example/flask',
          streaming: 'true',
          position: 'top-right',
        },
        globals,
      ),
    ).toMatchObject({
      key: 'pk_live_a',
      baseUrl: 'https://a.example/flask',
      streaming: true,
      color: '#82002d',
      position: 'top-right',
    });
  });

  it.each([
    ['a theme that is no colour', { theme: 'red;background:url(x)' }, { color: undefined }],
    [
      'an address that is none of the web',
      { baseUrl: 'javascript:alert(1)' },
      { baseUrl: 'https://chat.example' },
    ],
    [
      'an address with a user name',
      { baseUrl: 'https://chat.example@evil.example' },
      { baseUrl: 'https://chat.example' },
    ],
    ['a position that does not exist', { position: 'middle' }, { position: 'bottom-right' }],
  ])('leave out %s', (_, dataset, expected) => {
    expect(options({ apiKey: 'k', ...dataset })).toMatchObject(expected);
  });
});

describe('the settings', () => {
  const known = options({ apiKey: 'k' });
  if (!known) throw new Error('no options');
  const usual = {
    color: '#3b82f6',
    textColor: undefined,
    position: 'bottom-right',
    welcome: 'Hi! How can I help?',
    name: 'Support',
    mode: undefined,
    prompts: [],
    disabledOnMobile: false,
    takesFiles: false,
  };

  it('are the usual ones where the reply lacks or spoils them', () => {
    for (const reply of [
      undefined,
      null,
      'x',
      {},
      { widget: null },
      {
        widget: {
          primaryColor: 'red',
          position: '"><b>',
          welcomeMessage: 7,
          widgetName: ' ',
          quickPrompts: [1, ''],
        },
      },
    ]) {
      expect(settingsFrom(reply, known)).toEqual(usual);
    }
  });

  it('are those of the last page at once, and asked for anew for the next', async () => {
    const kept = storage({ 'cc_settings.k': JSON.stringify({ widget: { widgetName: 'Old' } }) });
    const fetch = async () => Response.json({ widget: { widgetName: 'New' } });
    expect(await loadSettings(known, kept, fetch)).toMatchObject({ settings: { name: 'Old' } });
    await expect.poll(() => kept.kept.get('cc_settings.k')).toContain('New');
  });

  it('are forgotten when the key is refused, which the page that had them is told', async () => {
    const kept = storage({ 'cc_settings.k': '{}' });
    const refused = async () =>
      Response.json({ error: { code: 'forbidden', message: 'paused' } }, { status: 403 });
    const outcome = await loadSettings(known, kept, refused);
    expect(outcome.is === 'known' && (await outcome.refusal)).toEqual({ reason: 'paused' });
    expect(kept.kept.size).toBe(0);
    expect(await loadSettings(known, kept, refused)).toEqual({ is: 'refused', reason: 'paused' });
  });

  it.each([
    ['the server is there, yet may not be read', ['away', 'there', 'away'], 'refused'],
    ['the network is away', ['away', 'away'], 'known'],
    ['the network was away for a moment', ['away', 'there', 'Back'], 'known'],
    ['the server sends something else', ['<html>'], 'known'],
  ])('tell a refusal that they may not read from trouble: %s', async (_, replies, is) => {
    const left = [...replies];
    const fetch = async () => {
      const reply = left.shift();
      if (reply === 'away') throw new TypeError('Failed to fetch');
      if (reply === '<html>') return new Response(reply);
      return Response.json({ widget: { widgetName: reply } });
    };
    const outcome = await loadSettings(known, storage(), fetch);
    expect([outcome.is, left]).toEqual([is, []]);
    if (replies.includes('Back')) expect(outcome).toMatchObject({ settings: { name: 'Back' } });
  });
});

describe('the colours', () => {
  it('are legible together, whichever is chosen', () => {
    const color = fc.integer({ min: 0, max: 0xffffff }).map(n => `#${n.toString(16).padStart(6, '0')}`);
    fc.assert(
      fc.property(color, color, (chosen, text) => {
        const { accent, onAccent, inkOnLight, inkOnDark } = themeOf(chosen, text);
        expect(accent).toBe(chosen);
        expect(contrast(onAccent, accent)).toBeGreaterThanOrEqual(4.5);
        for (const ground of ['#ffffff', '#f1f4f3'])
          expect(contrast(inkOnLight, ground)).toBeGreaterThanOrEqual(4.5);
        for (const ground of ['#161e1c', '#232e2b'])
          expect(contrast(inkOnDark, ground)).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });

  it('are those that were chosen where they are legible', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(themeOf('#82002d', '#ffeeee')).toEqual({
      accent: '#82002d',
      onAccent: '#ffeeee',
      inkOnLight: '#82002d',
      inkOnDark: expect.not.stringMatching('#82002d'),
    });
    expect(themeOf('#63d4b3').inkOnDark).toBe('#63d4b3');
    expect(themeOf('#82002d', '#83002d').onAccent).toBe('#ffffff');
  });
});

describe('the size of the open widget', () => {
  it.each([
    [{ width: 1280, height: 800 }, false, { width: 380, height: 520, fullscreen: false }],
    [{ width: 1280, height: 560 }, false, { width: 380, height: 460, fullscreen: false }],
    [{ width: 1280, height: 900 }, true, { width: 680, height: 760, fullscreen: false }],
    [{ width: 600, height: 700 }, true, { width: 560, height: 600, fullscreen: false }],
    [{ width: 480, height: 800 }, false, { width: 480, height: 800, fullscreen: true }],
    [{ width: 844, height: 390 }, true, { width: 844, height: 390, fullscreen: true }],
  ])('in a window of %o, expanded %s, is %o', (viewport, expanded, size) => {
    expect(frameSize(viewport, expanded)).toEqual(size);
  });
});
