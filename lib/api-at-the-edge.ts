import { Function as EdgeFunction, FunctionCode, FunctionRuntime } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import { bodyTooLarge, maxUploadBytes, uploadTooLarge } from '../functions/platform/portable/body-size.ts';
import { areaOf, routes } from '../functions/route-registry.ts';

/** Bytes of a body that still reach a function. Most operations take no more than `maxBodyBytes`. */
export const mostBodyBytes = maxUploadBytes;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const json = (body: object): Answer => ({
  status: 413,
  type: 'application/json',
  body: JSON.stringify(body),
});

/** As most doors word it. */
const standard = json({ error: { code: 'too_large', message: bodyTooLarge } });
const detail = json({ detail: bodyTooLarge });
const widget = json({ error: { code: 'REQUEST_TOO_LARGE', message: bodyTooLarge } });
/** A piece of a page, with the status 200, as `/ask` answers everything. */
const bubble: Answer = {
  status: 200,
  type: 'text/html; charset=utf-8',
  body: [
    '<div class="chat-entry assistant">',
    '<div class="bubble markdown warning">',
    `<p role="alert" dir="auto">${bodyTooLarge}</p>`,
    '</div>',
    '</div>',
  ].join('\n'),
};

const upload = json({ error: { code: 'too_large', message: uploadTooLarge } });

const { forms, runs, widget: widgets } = routes.chat;
const { documents } = routes.knowledge;
/** The areas of doors that word their errors in their own way. */
const answers: Readonly<Record<string, Answer>> = {
  [areaOfOperation(forms.operations.ask)]: bubble,
  [areaOfOperation(documents.operations.addDocument)]: upload,
  [areaOfOperation(documents.operations.uploadDocument)]: upload,
  [areaOfOperation(widgets.operations.widgetChat)]: widget,
  [areaOfOperation(runs.operations.createUser)]: detail,
  [areaOfOperation(runs.operations.createThread)]: detail,
  [areaOfOperation(runs.operations.cancelRun)]: detail,
};

function areaOfOperation(operation: string): string {
  return areaOf(operation.slice(operation.indexOf(' ') + 1));
}

/** The source of the function below, in the JavaScript that CloudFront runs. */
export const edgeCode = [
  `var answers = ${JSON.stringify(answers)};`,
  `var standard = ${JSON.stringify(standard)};`,
  'function handler(event) {',
  '  var request = event.request;',
  "  var length = request.headers['content-length'];",
  `  if (length && Number(length.value) > ${mostBodyBytes}) return tooLarge(request.uri, event.context.requestId);`,
  "  request.headers['x-viewer-address'] = { value: event.viewer.ip };",
  '  return request;',
  '}',
  'function tooLarge(uri, requestId) {',
  '  var place = Object.keys(answers).find(function (path) {',
  "    return uri === path || uri.startsWith(path + '/');",
  '  });',
  '  var answer = place ? answers[place] : standard;',
  '  return {',
  '    statusCode: answer.status,',
  "    statusDescription: answer.status === 200 ? 'OK' : 'Content Too Large',",
  '    headers: {',
  "      'content-type': { value: answer.type },",
  "      'cache-control': { value: 'no-store' },",
  "      'access-control-allow-origin': { value: '*' },",
  "      'x-request-id': { value: requestId },",
  '    },',
  "    body: { encoding: 'text', data: answer.body },",
  '  };',
  '}',
].join('\n');

/**
 * Tells the API the viewer's address, whatever the viewer says of itself. A body that is too large for a function is
 * answered here, in the shape of its door: API Gateway has one answer for all paths, and lets nobody word it. A request
 * that does not say its length goes on, and gets API Gateway's answer. Pages of any origin may read the answer, as the
 * widget on them must; it tells nothing about anybody.
 */
export const apiAtTheEdge = (scope: Construct) =>
  new EdgeFunction(scope, 'ViewerAddress', {
    comment: 'The network address of the viewer, for limits; bodies that are too large',
    runtime: FunctionRuntime.JS_2_0,
    code: FunctionCode.fromInline(edgeCode),
  });
