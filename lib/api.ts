import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  ResponseTransferMode,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { gatewayPaths } from './api-paths.ts';
import { acknowledge } from './constructs/acknowledge.ts';
import type { HouseFunction } from './constructs/function.ts';
import { wordOwnAnswers } from './gateway-answers.ts';

/** Who, when and how it went, without addresses and query strings. */
const accessLog = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTimeEpoch',
    method: '$context.httpMethod',
    route: '$context.resourcePath',
    status: '$context.status',
    latencyMs: '$context.responseLatency',
    bytes: '$context.responseLength',
    integrationError: '$context.integration.error',
  }),
);

export interface ApiProps {
  readonly chat: HouseFunction;
  readonly admin: HouseFunction;
}

/** The REST API in front of the functions: every method streams its response and is passed through as it is. */
export class Api extends Construct {
  readonly rest: RestApi;

  constructor(scope: Construct, id: string, { chat, admin }: ApiProps) {
    super(scope, id);
    const log = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stageName = 'live';
    const integration = streamTo(chat);
    this.rest = new RestApi(this, 'Rest', {
      // By it API Gateway tells the metrics of one API from another's: those of two stages must not add up.
      restApiName: Stack.of(this).stackName,
      description: 'The runs API and the admin API, behind CloudFront',
      endpointTypes: [EndpointType.REGIONAL],
      // As text, bytes that are not UTF-8 would be replaced before a function can refuse them.
      binaryMediaTypes: ['*/*'],
      // On the API and not on a resource: a resource of its own default leaves the root open as a mock.
      defaultIntegration: integration,
      cloudWatchRole: true,
      deployOptions: {
        stageName,
        throttlingRateLimit: 200,
        throttlingBurstLimit: 400,
        tracingEnabled: true,
        metricsEnabled: true,
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        accessLogDestination: new LogGroupLogDestination(log),
        accessLogFormat: accessLog,
      },
    });
    // API Gateway writes its own errors to a group of this name, which it would otherwise make itself and keep for
    // ever.
    const errors = new LogGroup(this, 'ErrorLog', {
      logGroupName: `API-Gateway-Execution-Logs_${this.rest.restApiId}/${stageName}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.rest.deploymentStage.node.addDependency(errors);
    this.serve(gatewayPaths('chat'), integration);
    this.serve(gatewayPaths('admin'), streamTo(admin));
    wordOwnAnswers(this.rest);
    this.acknowledgeFindings();
  }

  private serve(paths: readonly string[], integration: LambdaIntegration): void {
    for (const path of paths) {
      const resource = this.rest.root.resourceForPath(path.replace('*', '{proxy+}'));
      resource.addMethod('ANY', integration);
    }
  }

  private acknowledgeFindings(): void {
    acknowledge(
      this.rest,
      'APIG2',
      'The functions check every request against the zod schemas that openapi.json is made from.',
    );
    acknowledge(this.rest, 'APIG3', 'A web ACL costs $6 a month while idle; throttling bounds the abuse.');
    acknowledge(
      this.rest,
      'APIG4',
      'The functions authenticate API keys and visitor tokens; health and openapi.json are public.',
    );
    acknowledge(
      this.rest,
      'COG4',
      'Visitors have no account: the functions authenticate API keys and visitor tokens.',
    );
    acknowledge(
      this.rest,
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      'API Gateway writes its logs with one role per account, for which AWS keeps this policy.',
    );
  }
}

const streamTo = (handler: HouseFunction) =>
  new LambdaIntegration(handler, {
    responseTransferMode: ResponseTransferMode.STREAM,
    // Streamed methods may take that long; the function's own timeout is what ends a request.
    timeout: Duration.minutes(15),
    scopePermissionToMethod: false,
  });
