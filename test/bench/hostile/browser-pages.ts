import { type Answers, at, document, type HostileKind, sense } from './kinds.ts';

/** A page that only a browser can show, and what its script does. It shows sense first, where it can. */
const script = (name: string, code: string, more: Answers = {}): HostileKind => ({
  name: `script: ${name}`,
  answers: {
    ...at(
      document(`<div id="root"></div><script>const put = () => { document.getElementById('root').innerHTML = ${JSON.stringify(`<p>${sense}</p>`)} };
    ${code}</script>`),
    ),
    ...more,
  },
});

export const hostileScripts: readonly HostileKind[] = [
  script('never ends', 'put(); for (;;);'),
  script('never ends before it shows anything', 'for (;;);'),
  script('never ends a little later', 'put(); setTimeout(() => { for (;;); }, 50)'),
  script('never ends in a microtask', 'put(); const again = () => Promise.resolve().then(again); again()'),
  script('changes without end', 'setInterval(() => { put(); document.body.append(Math.random()) }, 5)'),
  script('messages without end', 'put(); for (;;) alert(1)'),
  script(
    'asks before it is left',
    'put(); onbeforeunload = event => event.preventDefault(); prompt("?"); print()',
  ),
  script('windows without end', 'put(); for (;;) open("/good?" + Math.random())'),
  script('reloads without end', 'location.href = "/hostile?" + Math.random()'),
  script(
    'refreshes without end',
    `document.head.innerHTML = '<meta http-equiv="refresh" content="0;url=/hostile?again">'`,
  ),
  script(
    'addresses without end',
    'put(); setInterval(() => history.pushState(0, "", "?" + Math.random()), 1)',
  ),
  script(
    'takes memory without end',
    'put(); const all = []; for (;;) all.push(new Float64Array(1e6).fill(Math.random()))',
  ),
  script(
    'takes objects without end',
    'put(); let last; for (;;) last = { last, text: String(Math.random()).repeat(9) }',
  ),
  script(
    'takes WebAssembly memory',
    'put(); const all = []; for (let n = 0; n < 99; n += 1) { const m = new WebAssembly.Memory({ initial: 4096 }); new Uint8Array(m.buffer).fill(1); all.push(m) }',
  ),
  script(
    'makes a million elements',
    'put(); for (let n = 0; n < 1e6; n += 1) document.body.append(document.createElement("p"))',
  ),
  script('writes a document without end', 'for (;;) document.write("<p>again and again</p>")'),
  script(
    'nests elements without end',
    'put(); let e = document.body; for (let n = 0; n < 2e5; n += 1) { const d = document.createElement("div"); e.append(d); e = d }',
  ),
  script(
    'frames in frames',
    'put(); const f = document.createElement("iframe"); f.src = location.href + "?" + Math.random(); document.body.append(f)',
  ),
  script(
    'a thousand frames',
    'put(); for (let n = 0; n < 1000; n += 1) { const f = document.createElement("iframe"); f.srcdoc = "<script>for(;;);<\\/script>"; document.body.append(f) }',
  ),
  script(
    'data without end in a frame',
    'put(); const f = document.createElement("iframe"); f.src = "data:text/html," + "<p>a".repeat(1e6); document.body.append(f)',
  ),
  script('goes to data', 'location.href = "data:text/html,<p>x"'),
  script('goes to a file', 'put(); location.href = "file:///etc/passwd"'),
  script('goes to the browser', 'put(); location.href = "chrome://crash"'),
  script('goes to metadata', 'location.href = "http://169.254.169.254/latest/"'),
  script(
    'five thousand requests',
    'put(); for (let n = 0; n < 5000; n += 1) fetch("/good?" + n).catch(() => {})',
  ),
  script(
    'a thousand sockets',
    'put(); for (let n = 0; n < 1000; n += 1) new WebSocket("ws://" + location.host + "/s")',
  ),
  script('a stream without end', 'put(); fetch("/stream").then(answer => answer.text())', {
    '/stream': (_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const timer = setInterval(() => response.write('a'.repeat(65_536)), 1);
      response.once('close', () => clearInterval(timer));
    },
  }),
  script('a script that does not come', 'document.write("<script src=/late><\\/script>"); put()', {
    '/late': () => undefined,
  }),
  script(
    'workers without end',
    'put(); for (let n = 0; n < 50; n += 1) new Worker(URL.createObjectURL(new Blob(["for(;;);"])))',
  ),
  script('a shared worker', 'put(); new SharedWorker(URL.createObjectURL(new Blob(["for(;;);"])))'),
  script('a service worker', 'put(); navigator.serviceWorker?.register("/worker.js")', {
    '/worker.js': {
      headers: { 'content-type': 'text/javascript' },
      body: 'onfetch = e => e.respondWith(new Response("forged"))',
    },
  }),
  script(
    'WebRTC',
    'put(); const p = new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:3478" }] }); p.createDataChannel("x"); p.createOffer().then(o => p.setLocalDescription(o))',
  ),
  script(
    'fills the storage',
    'put(); try { for (let n = 0; ; n += 1) localStorage[n] = "a".repeat(1e5) } catch {}',
  ),
  script(
    'fills the database',
    'put(); const o = indexedDB.open("x"); o.onupgradeneeded = () => o.result.createObjectStore("a"); o.onsuccess = () => { const add = n => { const t = o.result.transaction("a", "readwrite"); t.objectStore("a").put("a".repeat(1e6), n); t.oncomplete = () => add(n + 1) }; add(0) }',
  ),
  script('an expression without end', 'put(); /^(a+)+$/.test("a".repeat(60) + "b")'),
  script('a million lines of log', 'put(); for (let n = 0; n < 1e6; n += 1) console.log("a".repeat(999))'),
  script(
    'a picture of 30,000 by 30,000',
    'put(); const c = document.createElement("canvas"); c.width = c.height = 30000; c.getContext("2d").fillRect(0, 0, 30000, 30000); c.toDataURL()',
  ),
  script(
    'replaces what scripts stand on',
    'put(); for (const o of [Array, String, Promise, Node, Element, Document]) for (const k of Object.getOwnPropertyNames(o.prototype)) try { o.prototype[k] = () => { throw 1 } } catch {}',
  ),
  script(
    'downloads without end',
    'put(); setInterval(() => { const a = document.createElement("a"); a.href = URL.createObjectURL(new Blob(["x"])); a.download = "x"; a.click() }, 5)',
  ),
  script(
    'styles in styles',
    `put(); document.head.innerHTML += "<style>" + "a{".repeat(1e5) + "</style><style>:has(" + "*:has(*)".repeat(20) + "){color:red}</style>"`,
  ),
  script(
    'drawings of drawings',
    `put(); let s = '<circle id="a0" r="1"/>'; for (let n = 1; n < 9; n += 1) s += '<g id="a' + n + '">' + ('<use href="#a' + (n - 1) + '"/>').repeat(10) + '</g>'; document.body.insertAdjacentHTML('beforeend', '<svg>' + s + '</svg>')`,
  ),
  script(
    'a banner that asks without end',
    `put(); setInterval(() => { document.body.insertAdjacentHTML('beforeend', '<div id="onetrust-banner-sdk"><button id="onetrust-reject-all-handler" onclick="for(;;);">Reject</button></div>') }, 50)`,
  ),
];
