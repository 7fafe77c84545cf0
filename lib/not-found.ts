import { Function as EdgeFunction, FunctionCode, FunctionRuntime } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';

/** The pages of the site, by the paths of their files (`web/`). */
export const pageFiles = ['/index.html', '/docs/index.html', '/password/index.html', '/widget/demo.html'];

/**
 * What a person reads who followed a wrong link; its style is a file of the site, as the pages' content policy demands.
 */
const notFoundPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>There is no such page</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/not-found.css">
</head>
<body>
<main>
<h1>There is no such page</h1>
<p>The address may be mistyped, or the page may have moved.</p>
<p><a href="/">Ask a question</a></p>
</main>
</body>
</html>
`;

/**
 * `/docs` and `/docs/` are the file `docs/index.html`; a page that is not there is answered at the edge. CloudFront's
 * own page for a 404 would replace the API's answers as well, which share the distribution.
 */
export const pagesAtTheEdge = (scope: Construct) =>
  new EdgeFunction(scope, 'FolderIndexes', {
    comment: 'A path without an extension is the index.html below it; unknown pages are 404',
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromInline(
      [
        `var pages = ${JSON.stringify(pageFiles)};`,
        `var notFound = ${JSON.stringify(notFoundPage)};`,
        'function handler(event) {',
        '  var request = event.request;',
        "  if (!/\\.[^/]*$/.test(request.uri)) request.uri = request.uri.replace(/\\/?$/, '/index.html');",
        '  if (!/\\.html$/.test(request.uri) || pages.indexOf(request.uri) >= 0) return request;',
        '  return {',
        '    statusCode: 404,',
        "    statusDescription: 'Not Found',",
        "    headers: { 'content-type': { value: 'text/html; charset=utf-8' }, 'cache-control': { value: 'no-cache' } },",
        "    body: { encoding: 'text', data: notFound },",
        '  };',
        '}',
      ].join('\n'),
    ),
  });
