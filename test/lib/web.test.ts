import { glob } from 'node:fs/promises';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { buildSite, siteDirectory } from '../../local/start/build-site.ts';
import { at, deploy, list, pathOf, refersTo } from './deployment.ts';

const deployment = deploy();
const methods = deployment.all('AWS::ApiGateway::Method');
const rest = deployment.one('AWS::ApiGateway::RestApi');
const distribution = deployment.one('AWS::CloudFront::Distribution');
const config = (...path: (string | number)[]) => at(distribution.Properties, 'DistributionConfig', ...path);

describe('the distribution', () => {
  const origins = list(config('Origins'));
  const apiOrigin = origins.find(origin => refersTo(at(origin, 'DomainName'), rest));
  const siteOrigin = origins.find(origin =>
    refersTo(at(origin, 'DomainName'), deployment.one('AWS::S3::Bucket', 'Site')),
  );
  const behaviors = list(config('CacheBehaviors'));
  const apiBehaviors = behaviors.filter(behavior => at(behavior, 'TargetOriginId') === at(apiOrigin, 'Id'));

  test('forwards every path of the API to it, uncached, uncompressed, with all but the host header', () => {
    const patterns = apiBehaviors.map(behavior => String(at(behavior, 'PathPattern')));
    const forwarded = (path: string) =>
      patterns.some(pattern =>
        pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern,
      );
    for (const method of methods) {
      const path = pathOf(deployment, String(at(method.Properties, 'ResourceId', 'Ref'))).replace(
        '{proxy+}',
        'x',
      );
      expect([path, forwarded(path)]).toEqual([path, true]);
    }
    for (const path of ['/', '/docs', '/password', '/assets/main.js', '/administration'])
      expect([path, forwarded(path)]).toEqual([path, false]);
    for (const behavior of apiBehaviors) {
      expect(behavior).toMatchObject({
        // AWS's managed AllViewerExceptHostHeader.
        OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
        ViewerProtocolPolicy: 'https-only',
        Compress: false,
      });
      expect(list(at(behavior, 'AllowedMethods'))).toEqual(
        expect.arrayContaining(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
      );
    }
  });

  test("keeps no answer of the API, and tells it the viewer's address, country and city", () => {
    const policy = deployment.one('AWS::CloudFront::CachePolicy');
    for (const behavior of apiBehaviors) expect(refersTo(at(behavior, 'CachePolicyId'), policy)).toBe(true);
    const key = at(policy.Properties, 'CachePolicyConfig');
    expect(key).toMatchObject({ MinTTL: 0, DefaultTTL: 0, MaxTTL: 1 });
    expect(list(at(key, 'ParametersInCacheKeyAndForwardedToOrigin', 'HeadersConfig', 'Headers'))).toEqual(
      expect.arrayContaining([
        'Authorization',
        'X-API-Key',
        'Origin',
        'CloudFront-Viewer-Country',
        'CloudFront-Viewer-City',
      ]),
    );
    for (const error of list(config('CustomErrorResponses'))) expect(at(error, 'ErrorCachingMinTTL')).toBe(0);
    expect(list(config('CustomErrorResponses')).length).toBeGreaterThan(0);
    const code = String(
      deployment.one('AWS::CloudFront::Function', 'ViewerAddress').Properties['FunctionCode'],
    );
    const event = {
      viewer: { ip: '203.0.113.7' },
      request: { uri: '/ask', headers: { 'x-viewer-address': { value: 'forged' } } },
    };
    // What CloudFront takes of a function.
    expect(code.length).toBeLessThan(10_240);
    expect(at(runInNewContext(`${code}; handler(event)`, { event }), 'headers')).toEqual({
      'x-viewer-address': { value: '203.0.113.7' },
    });
  });

  test('proves itself to the API by a secret that stands in no template, and waits 60 s for it', () => {
    const [header] = list(at(apiOrigin, 'OriginCustomHeaders'));
    expect(header).toEqual({
      HeaderName: 'X-Origin-Secret',
      HeaderValue: '{{resolve:secretsmanager:switchboard/test/origin-secret:SecretString:::}}',
    });
    expect(deployment.one('AWS::SecretsManager::Secret').Properties).toMatchObject({
      Name: 'switchboard/test/origin-secret',
      GenerateSecretString: { PasswordLength: 48 },
    });
    expect(at(apiOrigin, 'CustomOriginConfig')).toMatchObject({
      OriginReadTimeout: 60,
      OriginProtocolPolicy: 'https-only',
    });
  });

  test('alone reads the site bucket, by origin access control', () => {
    expect(at(siteOrigin, 'OriginAccessControlId')).toBeDefined();
    const policy = deployment.one('AWS::S3::BucketPolicy', 'Site');
    const allowed = list(at(policy.Properties, 'PolicyDocument', 'Statement')).filter(
      statement => at(statement, 'Effect') === 'Allow' && at(statement, 'Principal', 'Service') !== undefined,
    );
    expect(allowed.length).toBeGreaterThan(0);
    for (const statement of allowed) {
      expect(at(statement, 'Principal')).toEqual({ Service: 'cloudfront.amazonaws.com' });
      expect(JSON.stringify(at(statement, 'Condition'))).toContain(distribution.id);
    }
  });

  test('sends pages with a policy that runs their own scripts alone', () => {
    const policyOf = (behavior: unknown) =>
      deployment
        .all('AWS::CloudFront::ResponseHeadersPolicy')
        .find(policy => refersTo(at(behavior, 'ResponseHeadersPolicyId'), policy));
    const security = at(
      policyOf(config('DefaultCacheBehavior'))?.Properties,
      'ResponseHeadersPolicyConfig',
      'SecurityHeadersConfig',
    );
    const csp = String(at(security, 'ContentSecurityPolicy', 'ContentSecurityPolicy'));
    const directives = Object.fromEntries(
      csp.split('; ').map(part => [part.split(' ')[0], part.split(' ').slice(1).join(' ')]),
    );
    expect(directives).toMatchObject({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data:",
      'connect-src': "'self'",
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
    });
    expect(csp).not.toMatch(/unsafe|https?:|\*/);
    expect(at(security, 'StrictTransportSecurity', 'AccessControlMaxAgeSec')).toBeGreaterThanOrEqual(
      365 * 24 * 3600,
    );
    for (const behavior of [...behaviors, config('DefaultCacheBehavior')])
      expect(policyOf(behavior)).toBeDefined();
  });

  test('finds the index.html of a folder', () => {
    const source = String(
      deployment.one('AWS::CloudFront::Function', 'FolderIndexes').Properties['FunctionCode'],
    );
    const rewrite = (uri: string): unknown =>
      at(runInNewContext(`${source}; handler(event)`, { event: { request: { uri } } }), 'uri');
    expect(['/', '/docs', '/docs/', '/password', '/assets/main-3f.js', '/favicon.svg'].map(rewrite)).toEqual([
      '/index.html',
      '/docs/index.html',
      '/docs/index.html',
      '/password/index.html',
      '/assets/main-3f.js',
      '/favicon.svg',
    ]);
  });

  test('answers with a page of its own where there is none, and names every page that there is', async () => {
    const source = String(
      deployment.one('AWS::CloudFront::Function', 'FolderIndexes').Properties['FunctionCode'],
    );
    // What CloudFront takes of a function.
    expect(source.length).toBeLessThan(10_240);
    const answer = (uri: string): unknown =>
      runInNewContext(`${source}; handler(event)`, { event: { request: { uri } } });
    for (const uri of ['/nowhere', '/docs/nowhere/', '/docs.html'])
      expect(answer(uri), uri).toMatchObject({
        statusCode: 404,
        body: { encoding: 'text', data: expect.stringMatching(/no such page[^]*<a href="\/">/) },
      });
    await buildSite();
    const built = await Array.fromAsync(glob('**/*.html', { cwd: siteDirectory }));
    for (const path of built) expect(at(answer(`/${path}`), 'uri')).toBe(`/${path}`);
  });

  test('leaves its address where functions and operators find it', () => {
    expect(deployment.one('AWS::SSM::Parameter').Properties).toMatchObject({
      Name: '/switchboard/test/public-base-url',
    });
    expect(deployment.web.Outputs?.['PublicUrl']?.Value).toBeDefined();
    const own = deploy({
      domainName: 'chat.example.org',
      certificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/x',
    });
    expect(own.web.Outputs?.['PublicUrl']?.Value).toBe('https://chat.example.org');
    expect(at(own.one('AWS::CloudFront::Distribution').Properties, 'DistributionConfig')).toMatchObject({
      Aliases: ['chat.example.org'],
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021' },
    });
  });
});

test('an operator finds in the outputs what `switchboard bootstrap` asks for', () => {
  expect(Object.keys(deployment.application.Outputs ?? {})).toEqual(
    expect.arrayContaining(['Region', 'SecretsPrefix', 'TenantsTable', 'AssistantTable']),
  );
});
