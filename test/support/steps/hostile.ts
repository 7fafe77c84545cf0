/** Texts of about `n` parts that somebody could put on the web to keep a reader busy, by what they try. */
export const hostilePages: Readonly<Record<string, (n: number) => string>> = {
  'spaces between two letters, as written': n => `<pre>a${' '.repeat(n)}b</pre>`,
  'line ends and spaces, as written': n => `<pre>a${'\n \t'.repeat(n)}b</pre>`,
  'spaces between two letters': n => `<p>a${' '.repeat(n)}b</p>`,
  'one line of parts with commas': n => `<p>${'a, '.repeat(n)}</p>`,
  'one word': n => `<p>${'a'.repeat(n)}</p>`,
  'one line of sentences': n => `<p>${'A b. '.repeat(n)}</p>`,
  'full stops': n => `<p>${'.'.repeat(n)}</p>`,
  'marks of anchors in a heading': n => `<h2>${'#'.repeat(n)}x</h2>`,
  'a title and a heading that are nearly the same': n =>
    `<title>${'a'.repeat(2 * n)}</title><h1>${'a'.repeat(n)}b</h1><p>Text.</p>`,
  'structured data that never comes to the point': n =>
    `<script type="application/ld+json">{"@type":${' '.repeat(n)}</script><p>Text.</p>`,
  'structured data of many questions': n =>
    `<p>${'Words. '.repeat(n)}</p><script type="application/ld+json">[${'{"@type":"Question","name":"a","acceptedAnswer":{"text":"b"}},'.repeat(n)}1]</script>`,
  'data of scripts without end': n =>
    `<script id="__NEXT_DATA__" type="application/json">[${`"${'ab '.repeat(9)}",`.repeat(n)}"${'a'.repeat(n)}"]</script>`,
  'data of scripts in data': n => `<script>window.__STATE__ = ${'['.repeat(n)}${']'.repeat(n)}</script>`,
  'parts that are streamed': n =>
    Array.from(
      { length: n },
      (_, at) => `<template id="B:${at}"></template><div hidden id="S:${at}">a</div>`,
    ).join(''),
  'pages without scripts in one another': n => '<noscript>a'.repeat(n),
  'boxes in boxes': n => `${'<div>'.repeat(n)}Text.`,
  'boxes in boxes that are closed': n => `${'<div>'.repeat(n)}Text.${'</div>'.repeat(n)}`,
  'words in words around a box': n => `${'<span>'.repeat(n)}a<div>Text.</div>`,
  'lists in lists': n => '<ul><li>a'.repeat(n),
  'tables in tables': n => '<table><tr><td>a'.repeat(n),
  'quotes in quotes': n => '<blockquote>a'.repeat(n),
  'details in details': n => '<details><summary>a</summary>b'.repeat(n),
  'headings in headings': n => '<h2>a'.repeat(n),
  'links in links': n => '<a href="tel:0123456789">a'.repeat(n),
  'drawings in drawings': n => `<p>Text.</p><svg>${'<g>'.repeat(n)}${'</x>'.repeat(n)}`,
  'bodies in bodies': n => `${'<body>'.repeat(3 * n)}${'</x>'.repeat(n)}Text.`,
  'ends without beginnings': n => `${'<b>'.repeat(n)}${'</i>'.repeat(n)}Text.`,
  'boxes side by side': n => '<div>a</div>'.repeat(n),
  'paragraphs side by side': n =>
    `<article>${'<p>Some words of a paragraph, with a comma.</p>'.repeat(n)}</article>`,
  'headings alone': n => '<h3>a</h3>'.repeat(n),
  'headings with an id each': n => '<h3 id=a><b id=b>a</b></h3><p>b</p>'.repeat(n),
  'details side by side': n => '<details><summary>a</summary><p>b</p></details>'.repeat(n),
  'lists with lists beside hidden things': n =>
    `${'<i hidden></i>'.repeat(n)}<ul>${'<li>a<ul><li>b</li></ul></li>'.repeat(n)}</ul>`,
  'boxes in the cells of a table': n =>
    `<article><p>${'Some words, some more words. '.repeat(20)}</p><table>${'<tr><td><div>a</div></td><td>b</td></tr>'.repeat(n)}</table></article>`,
  'tables of layout side by side': n => '<table><tr><td>a</td></tr></table>'.repeat(n),
  'cells that span a million rows': n =>
    `<table>${'<tr><td rowspan=1000000 colspan=1000000>a'.repeat(n)}</table>`,
  'terms without end': n => `<dl>${'<dt>a<dd>b'.repeat(n)}</dl>`,
  'main parts': n => '<main>a</main>'.repeat(n),
  'attributes of one tag': n => `<p ${Array.from({ length: n }, (_, at) => `a${at}=1`).join(' ')}>Text.</p>`,
  'the class of one tag': n => `<p class="${'ad '.repeat(n)}">Text.</p>`,
  'an id above many passages': n => `<h1 id="${'a'.repeat(n)}">${'a'.repeat(n)}</h1><p>${'b '.repeat(n)}</p>`,
  'links to many pages': n => Array.from({ length: n }, (_, at) => `<a href="/${at}">a</a>`).join(''),
  'controls of one panel': n => `<p aria-controls="${'a '.repeat(n)}">Text.</p>`,
  'rules for robots': n => `<meta name=robots content="${'a, '.repeat(n)}"><p>Text.</p>`,
  'a page to go to that never comes': n =>
    `<meta http-equiv=refresh content="${'url '.repeat(n)}"><p>Text.</p>`,
  'names of characters': n => `<p>${'&amp;'.repeat(n)}${'&#x'.repeat(n)}${'&'.repeat(n)}</p>`,
  'beginnings of tags': n => `<p>${'<'.repeat(n)}${'</'.repeat(n)}${'<a '.repeat(n)}</p>`,
  'beginnings of comments': n => `<p>${'<!--'.repeat(n)}${'<![CDATA['.repeat(n)}</p>`,
  'a page that is not found': n => `<title>404</title><p>${'a b '.repeat(n)}</p>`,
};

export const hostileRobots: Readonly<Record<string, (n: number) => string>> = {
  'a comment with the end of a line that is none': n => `User-agent: *\nDisallow: ${'#'.repeat(n)}\u2028`,
  'comments with ends of lines that are none': n => `${'#'.repeat(100)}\u2028\n`.repeat(n),
  'wildcards in one rule': n => `User-agent: *\nDisallow: /${'*a'.repeat(n)}$`,
  'many rules': n => `User-agent: *\n${'Disallow: /*a*b$\n'.repeat(n)}`,
  'many names': n => `${'User-agent: a\n'.repeat(n)}Disallow: /`,
  'many groups': n => 'User-agent: *\nDisallow: /a\n'.repeat(n),
  'many sitemaps': n => 'Sitemap: /a.xml\n'.repeat(n),
  'a line of words': n => 'a '.repeat(n),
  'a line of spaces': n => `Disallow${' '.repeat(n)}x y`,
};

export const hostileSitemaps: Readonly<Record<string, (n: number) => string>> = {
  'elements in elements': n => `<urlset>${'<url>'.repeat(n)}${'</x>'.repeat(n)}`,
  'addresses without end': n => `<urlset>${'<url><loc>/a</loc></url>'.repeat(n)}</urlset>`,
  'an address that is not closed': n => `<urlset><url><loc>${'/a '.repeat(n)}`,
  'a plain list': n => 'https://www.example.org/a\n'.repeat(n),
  'a plain list of spaces': n => `https://www.example.org/a${' '.repeat(n)}`,
  'names of characters': n => `<urlset><url><loc>${'&amp;'.repeat(n)}`,
};
