/**
 * The pages of a made-up organisation's site, the same each time: 500 pages of 30 KB (the web's median page is as
 * large) with a menu, scripts, drawn icons, a sidebar and a footer around eight sections of prose, lists and a table.
 */
export const pageCount = 500;
/** A worker that has crawled before is measured, of both: these come first, and do not count. */
export const warmUpPages = 20;

const vocabulary =
  'library member opening hours reading room loan return card desk staff event workshop children evening register free charge floor lift access contact form price adult student renew reserve collect garden harbour tool bench kiln induction repair saturday morning'.split(
    ' ',
  );

/** A small linear congruential generator: the bench must not depend on luck. */
function words(seed: number): (count: number) => string {
  let state = seed * 7919 + 17;
  return count => {
    const chosen: string[] = [];
    for (let i = 0; i < count; i += 1) {
      state = (state * 16_807) % 2_147_483_647;
      chosen.push(vocabulary[state % vocabulary.length] ?? '');
    }
    const text = chosen.join(' ');
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
  };
}

const icon =
  '<svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 2 4 6v6c0 5 3.4 9.3 8 10 4.6-.7 8-5 8-10V6l-8-4zm0 2.2 6 3v4.8c0 4-2.6 7.4-6 8-3.400-.6-6-4-6-8V7.200l6-3z"/></svg>';

const script = `<script>window.dataLayer=window.dataLayer||[];${"window.dataLayer.push({event:'ready',group:'content',value:1});".repeat(40)}</script>`;

const link = (page: number, text: string): string =>
  `<a class="link" href="/pages/${page % pageCount}.html">${text}</a>`;

export function benchPage(number: number): string {
  const say = words(number);
  const menu = Array.from(
    { length: 40 },
    (_, at) => `<li class="menu-item">${link(at * 7, `Menu item ${at}`)}</li>`,
  ).join('\n');
  const sections = Array.from({ length: 8 }, (_, at) => {
    const rows = Array.from({ length: 5 }, () => `<tr><td>${say(2)}</td><td>${say(3)}</td></tr>`).join('\n');
    return `<section class="section" id="part-${at}">
<h2 id="heading-${at}">${say(4)}</h2>
<p class="text">${say(14)} ${say(18)} ${say(16)} ${link(number * 3 + at, say(2))} ${say(15)}</p>
<p class="text">${say(20)} <strong>${say(3)}</strong> ${say(17)} ${say(12)}</p>
<ul class="list"><li>${icon} ${say(7)}</li><li>${say(8)}</li><li>${say(6)}</li></ul>
${at % 3 === 0 ? `<table class="table"><tr><th>Day</th><th>Hours</th></tr>${rows}</table>` : `<p>${say(25)}</p>`}
</section>`;
  }).join('\n');
  const footer = Array.from(
    { length: 30 },
    (_, at) => `<li>${link(number + at * 11, `Footer ${at}`)}</li>`,
  ).join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Page ${number}: ${say(4)} | Bench Organisation</title>
<meta name="description" content="${say(20)}"><link rel="canonical" href="/pages/${number}.html">
<style>${'.text{margin:0 0 1rem;line-height:1.5}.list{padding:0 1rem}'.repeat(30)}</style>${script}</head>
<body class="page"><header class="site-header">${icon}<nav class="main-nav"><ul>${menu}</ul></nav></header>
<main id="content"><h1 id="title">Page ${number}: ${say(5)}</h1>${sections}</main>
<aside class="sidebar"><h2>Related</h2><p>${say(30)}</p>${icon.repeat(6)}</aside>
<footer class="site-footer"><ul>${footer}</ul>${script}</footer></body></html>`;
}
