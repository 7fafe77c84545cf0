import { describe, expect, test } from 'vitest';
import { at, deploy, functionsOf, list, nameOf, pathOf, refersTo } from './deployment.ts';

const deployment = deploy();
const methods = deployment.all('AWS::ApiGateway::Method');
const rest = deployment.one('AWS::ApiGateway::RestApi');

describe('the API', () => {
  test('serves the paths of the chat and of the admin functions', () => {
    const served = methods.map(({ Properties: of }) => {
      const fn = functionsOf(deployment).find(one => refersTo(at(of, 'Integration', 'Uri'), one));
      return `${String(of['HttpMethod'])} ${pathOf(deployment, String(at(of, 'ResourceId', 'Ref')))} ${fn ? nameOf(fn) : '?'}`;
    });
    expect(served.toSorted()).toEqual([
      'ANY /admin/{proxy+} admin/api',
      'ANY /api/dashboard/{proxy+} admin/api',
      'ANY /api/health chat/api',
      'ANY /api/permitsca chat/api',
      'ANY /api/refresh-token admin/api',
      'ANY /api/runs/{proxy+} chat/api',
      'ANY /api/scrape-target admin/api',
      'ANY /api/scrape-target/{proxy+} admin/api',
      'ANY /api/talentcentral chat/api',
      'ANY /api/threads chat/api',
      'ANY /api/threads/{proxy+} chat/api',
      'ANY /api/users chat/api',
      'ANY /api/visitors chat/api',
      'ANY /api/widget/{proxy+} chat/api',
      'ANY /ask chat/api',
      'ANY /clear-conversation chat/api',
      'ANY /documents/{proxy+} admin/api',
      'ANY /modes chat/api',
      'ANY /modes/{proxy+} chat/api',
      'ANY /openapi.json admin/api',
      'ANY /upload-files chat/api',
    ]);
  });

  test('streams every response for up to 15 minutes, and answers nothing by itself', () => {
    for (const method of methods) {
      expect(method.Properties['Integration']).toMatchObject({
        Type: 'AWS_PROXY',
        ResponseTransferMode: 'STREAM',
        TimeoutInMillis: 15 * 60_000,
      });
      // No method on the root, which would be there without authentication.
      expect(JSON.stringify(method.Properties['ResourceId'])).not.toContain('RootResourceId');
    }
  });

  test('words what API Gateway says by itself as all errors and as those of the runs API; an unknown route is not there', () => {
    const own = deployment.all('AWS::ApiGateway::GatewayResponse').map(({ Properties }) => {
      const template = String(at(Properties, 'ResponseTemplates', 'application/json'));
      const { error, detail } = JSON.parse(template) as { error: Record<string, string>; detail: string };
      expect(error).toEqual({ code: expect.any(String), message: detail });
      const { ResponseType: type, StatusCode: status = '-' } = Properties;
      return [type, status, error['code']].join(' ');
    });
    expect(own.toSorted()).toEqual([
      'DEFAULT_4XX - bad_request',
      'DEFAULT_5XX - internal',
      'INTEGRATION_TIMEOUT - timeout',
      'MISSING_AUTHENTICATION_TOKEN 404 not_found',
      'THROTTLED - rate_limited',
    ]);
  });

  test('lets the pages of widgets read what API Gateway says by itself, and when to come back', () => {
    const readable = {
      'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
      'gatewayresponse.header.Access-Control-Expose-Headers': "'Retry-After, X-Request-ID'",
    };
    const requestId = { 'gatewayresponse.header.X-Request-ID': 'context.requestId' };
    const more = new Map([['THROTTLED', { 'gatewayresponse.header.Retry-After': "'1'" }]]);
    const headersOf = (type: string) =>
      type === 'MISSING_AUTHENTICATION_TOKEN' ? requestId : { ...requestId, ...readable, ...more.get(type) };
    for (const { Properties: of } of deployment.all('AWS::ApiGateway::GatewayResponse'))
      expect(of['ResponseParameters']).toEqual(headersOf(String(of['ResponseType'])));
  });

  test('throttles, and logs its requests without addresses and query strings', () => {
    const stage = deployment.one('AWS::ApiGateway::Stage');
    const [settings] = list(stage.Properties['MethodSettings']);
    expect(at(settings, 'ThrottlingRateLimit')).toBeGreaterThan(0);
    expect(at(settings, 'DataTraceEnabled')).toBe(false);
    const format = String(at(stage.Properties, 'AccessLogSetting', 'Format'));
    expect(format).toContain('$context.requestId');
    expect(format).not.toMatch(/identity|authorizer|\$context\.path|queryString|header/i);
  });

  test('keeps no log for ever, the one that API Gateway would make by itself either', () => {
    const groups = deployment.all('AWS::Logs::LogGroup');
    for (const { id, Properties } of groups)
      expect([id, Properties['RetentionInDays']]).toEqual([id, expect.any(Number)]);
    const stage = deployment.one('AWS::ApiGateway::Stage');
    const name = {
      'Fn::Join': [
        '',
        ['API-Gateway-Execution-Logs_', { Ref: rest.id }, `/${String(stage.Properties['StageName'])}`],
      ],
    };
    const own = groups.find(
      ({ Properties }) => JSON.stringify(Properties['LogGroupName']) === JSON.stringify(name),
    );
    // The group is there before the stage, which would make it otherwise.
    expect(stage.DependsOn).toContain(own?.id);
  });
});
