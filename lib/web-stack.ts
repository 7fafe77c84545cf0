import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CfnOutput, Duration, SecretValue, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AccessLevel,
  AllowedMethods,
  type BehaviorOptions,
  CacheCookieBehavior,
  CacheHeaderBehavior,
  CachePolicy,
  CacheQueryStringBehavior,
  Distribution,
  FunctionEventType,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  PriceClass,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { apiAtTheEdge } from './api-at-the-edge.ts';
import { edgePaths } from './api-paths.ts';
import type { AppStack } from './app-stack.ts';
import { acknowledge } from './constructs/acknowledge.ts';
import { repository } from './constructs/bundling.ts';
import { PrivateBucket } from './constructs/private-bucket.ts';
import type { DataStack } from './data-stack.ts';
import { pagesAtTheEdge } from './not-found.ts';
import { type Settings, secretsPrefix } from './settings.ts';
import { deploySite } from './site-files.ts';
import { dataHeaders, pageHeaders, widgetHeaders } from './site-headers.ts';

/** Where `npm run build` leaves the site. */
const siteDirectory = join(repository, 'dist/web');

/** What the world sees: one distribution that serves the site and forwards the API's paths. */
export class WebStack extends Stack {
  readonly distribution: Distribution;

  constructor(
    scope: Construct,
    id: string,
    settings: Settings,
    { data, application }: { data: DataStack; application: AppStack },
    props: StackProps,
  ) {
    super(scope, id, props);
    this.addStackDependency(data, 'the origin secret is resolved by its name');
    const site = new PrivateBucket(this, 'Site', { retain: false, serverAccessLogsBucket: data.logs });
    const pages: BehaviorOptions = {
      origin: S3BucketOrigin.withOriginAccessControl(site, {
        // With the right to list, S3 answers 404 and not 403 where there is no such page.
        originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy: pageHeaders(this),
      compress: true,
    };
    const api: BehaviorOptions = {
      origin: apiOrigin(application, settings),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: uncachedWithPlace(this),
      functionAssociations: [{ function: apiAtTheEdge(this), eventType: FunctionEventType.VIEWER_REQUEST }],
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      responseHeadersPolicy: dataHeaders(this),
      // A compressing edge would hold back the events of a stream.
      compress: false,
    };
    const { domainName, certificateArn } = settings;
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `Switchboard ${settings.stage}`,
      defaultBehavior: {
        ...pages,
        functionAssociations: [
          { function: pagesAtTheEdge(this), eventType: FunctionEventType.VIEWER_REQUEST },
        ],
      },
      additionalBehaviors: {
        ...Object.fromEntries(edgePaths().map(path => [path, api])),
        '/assets/*': pages,
        '/widget/v2/*': { ...pages, responseHeadersPolicy: widgetHeaders(this) },
      },
      defaultRootObject: 'index.html',
      errorResponses: erroneous.map(httpStatus => ({ httpStatus, ttl: Duration.seconds(0) })),
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      ...(domainName !== undefined && certificateArn !== undefined
        ? {
            domainNames: [domainName],
            minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
            certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
          }
        : {}),
    });
    this.acknowledgeFindings(domainName !== undefined);
    if (existsSync(siteDirectory)) deploySite(this, siteDirectory, site, this.distribution);
    const publicUrl = `https://${domainName ?? this.distribution.distributionDomainName}`;
    new StringParameter(this, 'PublicBaseUrl', {
      parameterName: `${secretsPrefix(settings)}/public-base-url`,
      description: 'PUBLIC_BASE_URL: where people reach this stage',
      stringValue: publicUrl,
    });
    new CfnOutput(this, 'PublicUrl', { value: publicUrl });
  }

  private acknowledgeFindings(ownDomain: boolean): void {
    const { distribution } = this;
    acknowledge(distribution, 'CFR1', 'The product is for everybody, wherever they are.');
    acknowledge(distribution, 'CFR2', 'A web ACL costs $6 a month while idle; API Gateway throttles.');
    acknowledge(
      distribution,
      'CFR3',
      'Edge logs would store the addresses of visitors; the API logs its requests without them.',
    );
    Validations.of(distribution).acknowledge({
      id: 'Annotation::@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk',
      reason:
        'Every path without an extension is rewritten to an index.html, so no request lists the bucket.',
    });
    if (!ownDomain) {
      acknowledge(
        distribution,
        'CFR4',
        "CloudFront's own domain fixes the TLS versions; set domainName to demand TLS 1.2.",
      );
    }
  }
}

/** The API with the header that proves that a request came by the distribution. */
function apiOrigin({ api, region, urlSuffix }: AppStack, settings: Settings): HttpOrigin {
  return new HttpOrigin(`${api.rest.restApiId}.execute-api.${region}.${urlSuffix}`, {
    originPath: `/${api.rest.deploymentStage.stageName}`,
    protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
    // The longest silence: streams send a heartbeat more often than every 15 s.
    readTimeout: Duration.seconds(60),
    keepaliveTimeout: Duration.seconds(60),
    customHeaders: {
      'X-Origin-Secret': SecretValue.secretsManager(
        `${secretsPrefix(settings).slice(1)}/origin-secret`,
      ).unsafeUnwrap(),
    },
  });
}

/** What CloudFront would keep for ten seconds, whoever asks. */
const erroneous = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/**
 * Keeps nothing, as all of the API's answers demand, and asks CloudFront for the viewer's country and city: a policy
 * that caches nothing at all may not name headers. Those that prove a caller are a part of the key, so that no answer
 * could ever be another's.
 */
const uncachedWithPlace = (scope: Construct) =>
  new CachePolicy(scope, 'UncachedWithPlace', {
    comment: 'Keeps nothing; tells the country and the city of the viewer',
    minTtl: Duration.seconds(0),
    defaultTtl: Duration.seconds(0),
    maxTtl: Duration.seconds(1),
    headerBehavior: CacheHeaderBehavior.allowList(
      'Authorization',
      'X-API-Key',
      'X-Workspace-Id',
      'Origin',
      'Last-Event-ID',
      'CloudFront-Viewer-Country',
      'CloudFront-Viewer-City',
    ),
    queryStringBehavior: CacheQueryStringBehavior.all(),
    cookieBehavior: CacheCookieBehavior.none(),
  });
