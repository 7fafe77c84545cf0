import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../functions/platform/clock.ts';
import { silentLog } from '../../functions/platform/log.ts';
import { htmlOf } from '../../functions/scraper/render/rendered-html.ts';
import { createRenderer, type Renderer, rendererSettings } from '../../functions/scraper/render/renderer.ts';
import type { Rendered, RenderReply } from '../../functions/scraper/render/schema.ts';
import { browsersOf } from './browser-processes.ts';
import { page, type Site, startSite } from './site-server.ts';

const names = new Map<string, string[]>();
let renderer: Renderer;
let inside: Site;
let site: Site;

const limits = { ...rendererSettings.limits, loadMs: 4_000, totalMs: 25_000 };
beforeAll(async () => {
  renderer = createRenderer(
    { clock: systemClock, log: silentLog, resolve: async name => names.get(name) ?? [] },
    { ...rendererSettings, local: () => true, limits },
  );
  inside = await startSite({ '*': page('Inside', 'A secret of the local network.') });
});
afterEach(async () => {
  await site.stop();
  inside.requests.length = 0;
});
afterAll(async () => {
  await renderer.close();
  await inside.stop();
});

const show = async (pages: Site['pages'], path = '/', heavy = false): Promise<RenderReply> => {
  site = await startSite(pages);
  const asked = { url: `${site.origin}${path}`, origin: site.origin, heavy };
  return renderer.render(asked, new AbortController().signal);
};
const shown = async (pages: Site['pages'], path = '/'): Promise<Rendered & { text: string }> => {
  const reply = await show(pages, path);
  if (reply.kind === 'failed') throw new Error(`not shown: ${reply.reason}`);
  return { ...reply, text: await htmlOf(reply) };
};
const script = (code: string, body = ''): string =>
  `<!doctype html><title>Made by scripts</title><body>${body}<div id="root"></div><script>${code}</script>`;
const long =
  'The hall is open on Saturdays from nine to five, and on Sundays for members of the club alone. '.repeat(2);
const put = (text: string) => `document.getElementById('root').innerHTML = '<p>${text}</p>'`;

describe('a page that scripts make', () => {
  test('is read once its data is there, at the address where it ends', async () => {
    const reply = await shown({
      '/': script(`setTimeout(() => fetch('/data').then(data => data.text()).then(text => {
        document.title = 'Opening hours'; history.pushState(0, '', '/hours'); ${put("' + text + '")} }), 200)`),
      '/data': { headers: { 'content-type': 'text/plain' }, body: long },
    });
    expect(reply.text).toContain(long.trim());
    expect(reply).toMatchObject({
      title: 'Opening hours',
      status: 200,
      url: `${site.origin}/hours`,
      cut: false,
    });
  });

  test('tells the headers of its document', async () => {
    const headers = { 'x-robots-tag': 'noindex', link: '</other>; rel="canonical"' };
    const reply = await shown({ '/': { headers, body: script(put(long)) } });
    expect(reply).toMatchObject({
      robotsTags: ['noindex'],
      link: headers.link,
      contentType: 'text/html; charset=utf-8',
    });
  });

  test('is read with open shadow roots, their slots filled, and frames of its own, in order', async () => {
    const reply = await shown({
      '/': script(
        `const card = document.querySelector('info-card');
         card.attachShadow({ mode: 'open' }).innerHTML = '<h2>Shadow</h2><slot></slot><p>Below &lt;it&gt;</p>'`,
        `<p>Before</p><info-card><p>Slotted</p></info-card><iframe src="/frame/in"></iframe><p>After</p>`,
      ),
      '/frame/in': '<p>Framed</p><a href="next">Next</a>',
    });
    const order = [
      'Before',
      'Shadow',
      'Slotted',
      'Below &lt;it>',
      'Framed',
      `href="${site.origin}/frame/next"`,
      'After',
    ];
    expect(order.map(each => reply.text.indexOf(each))).toEqual(
      order.map(each => reply.text.indexOf(each)).toSorted((one, other) => one - other),
    );
    expect(order.filter(each => !reply.text.includes(each))).toEqual([]);
  });

  test('does not reach our own code by what it replaces', async () => {
    const reply = await shown({
      '/': script(`Array.prototype.join = Array.prototype.push = () => 'forged';
        document.getElementsByTagName = () => { throw new Error('no') }; ${put(long)}`),
    });
    expect(reply.text).toContain(long.trim());
  });
});

describe('a hostile page', () => {
  test.each([
    ['a script that never ends', `${put(long)}; for (;;);`],
    ['a script that never ends later', `${put(long)}; setTimeout(() => { for (;;); }, 50)`],
    ['messages without end', `${put(long)}; for (;;) alert('again')`],
    ['windows without end', `${put(long)}; for (let n = 0; n < 5; n += 1) open('/' + n)`],
    ['changes without end', `setInterval(() => { ${put(long)} + Math.random() }, 10)`],
  ])('%s: is read as it is', async (_, code) => {
    expect((await shown({ '/': script(code), '*': 'a window' })).text).toContain(long.trim());
  });

  test('of 10 MB is cut', async () => {
    const reply = await shown({
      '/': script(
        `const p = '<p>' + 'word '.repeat(200) + '</p>'; document.body.innerHTML = p.repeat(10000)`,
      ),
    });
    expect(reply.cut).toBe(true);
    expect(reply.html.length).toBeLessThan(5_500_000);
  });

  test.each<[string, string, RegExp]>([
    ['reloads itself for ever', `location.href = '/?' + Math.random()`, /again and again/],
    ['opens windows without end', `for (let n = 0; n < 50; n += 1) open('/' + n)`, /windows again and again/],
    ['leads to this machine', `location.href = 'INSIDE/'`, /private address|not a web port/],
  ])('that %s is a failure with its reason', async (_, code, reason) => {
    const reply = await show({ '/': script(code.replace('INSIDE', inside.origin)), '*': script(code) });
    expect(reply).toMatchObject({ kind: 'failed', reason: expect.stringMatching(reason) });
    expect(inside.requests).toEqual([]);
  });

  test.each<[string, Site['pages'][string], RegExp]>([
    [
      'redirects to this machine',
      { status: 302, headers: { location: 'http://127.0.0.1:9/' } },
      /not a web port|private/,
    ],
    [
      'redirects to metadata',
      { status: 302, headers: { location: 'http://169.254.169.254/' } },
      /private address/,
    ],
    ['is a download', { headers: { 'content-disposition': 'attachment' }, body: 'x' }, /download/],
    ['cuts the connection', (_, response) => void response.destroy(), /cut the connection/],
  ])('that %s is a failure with its reason', async (_, answer, reason) => {
    expect(await show({ '/': answer })).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(reason),
    });
  });
});

describe('what a page asks for', () => {
  test('of this machine or of metadata is refused, in whatever way', async () => {
    const socket = inside.origin.replace('http', 'ws');
    const reply = await shown({
      '/': script(
        `for (const url of ['${inside.origin}/fetch', 'http://169.254.169.254/latest', 'http://[::1]/', 'http://2130706433/'])
           fetch(url, { mode: 'no-cors' }).catch(() => {});
         navigator.sendBeacon('${inside.origin}/beacon', 'x');
         new WebSocket('${socket}/socket'); new EventSource('${inside.origin}/events');
         new Worker(URL.createObjectURL(new Blob(["fetch('${inside.origin}/worker', { mode: 'no-cors' })"])));
         ${put(long)}`,
        `<iframe src="${inside.origin}/frame"></iframe><link rel="stylesheet" href="${inside.origin}/style">
         <link rel="prefetch" href="${inside.origin}/prefetch"><script src="${inside.origin}/script"></script>
         <form action="${inside.origin}/form" method="post" id="f"></form>`,
      ),
    });
    expect(inside.requests).toEqual([]);
    expect(new Set(reply.refused.map(({ url }) => new URL(url).host))).toEqual(
      new Set([new URL(inside.origin).host, '169.254.169.254', '[::1]', '127.0.0.1']),
    );
    expect(reply.text).toContain(long.trim());
  });

  test('by UDP does not leave: no WebRTC, no QUIC', async () => {
    const udp = createSocket('udp4');
    const heard: Buffer[] = [];
    udp.on('message', message => heard.push(message));
    udp.bind(0, '127.0.0.1');
    await once(udp, 'listening');
    const reply = await shown({
      '/': script(`const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:${udp.address().port}' }] });
        peer.createDataChannel('x'); peer.createOffer().then(offer => peer.setLocalDescription(offer));
        try { new WebTransport('https://127.0.0.1:${udp.address().port}/') } catch {}
        setTimeout(() => { ${put(long)} }, 1500)`),
    });
    udp.close();
    expect(reply.text).toContain(long.trim());
    expect(heard).toEqual([]);
  });

  test('may not be pictures, and downloads, workers and permissions are denied', async () => {
    const reply = await shown({
      '/': script(
        `Promise.all([
           navigator.serviceWorker.register('/worker.js').then(() => '', () => ''),
           navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state),
           navigator.permissions.query({ name: 'notifications' }).then(({ state }) => state),
         ]).then(answers => { ${put("' + answers.join() + ' ' + '" + long)} })`,
        '<img src="/picture.png"><video src="/film.mp4" autoplay></video>',
      ),
      '/worker.js': { headers: { 'content-type': 'text/javascript' }, body: '' },
    });
    expect(reply.text).toMatch(/<p>,denied,denied /);
    expect(site.requests.map(({ path }) => path)).toEqual(['/']);
  });
});

describe('the browser', () => {
  test('is the same for page after page, and another one after a failure', async () => {
    await shown({ '/': page('One', long) });
    const before = await browsersOf(process.pid);
    expect(before).toHaveLength(1);
    await site.stop();
    await shown({ '/': page('Two', long) });
    expect(await browsersOf(process.pid)).toEqual(before);
    await site.stop();
    process.kill(before[0] ?? 0, 'SIGKILL');
    const reply = await show({ '/': page('Three', long) });
    if (reply.kind === 'failed') expect(reply.why).toBe('browser');
    await site.stop();
    await shown({ '/': page('Four', long) });
    expect(await browsersOf(process.pid)).not.toEqual(before);
  });

  test('leaves no process when it is closed', async () => {
    await shown({ '/': page('One', long) });
    await renderer.close();
    await expect.poll(() => browsersOf(process.pid)).toEqual([]);
  });
});
