import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Capability } from '../functions/capabilities.ts';
import { Admin } from './admin.ts';
import { Alarms } from './alarms.ts';
import { Analytics } from './analytics.ts';
import { Api } from './api.ts';
import { Assistant } from './assistant.ts';
import { Chat } from './chat.ts';
import type { Use } from './constructs/function.ts';
import { allowOriginSecret } from './constructs/secret-parameter.ts';
import { createDashboard } from './dashboard.ts';
import type { DataStack } from './data-stack.ts';
import { Knowledge } from './knowledge.ts';
import { Limits } from './limits.ts';
import { Renderer } from './renderer.ts';
import { Scraper } from './scraper.ts';
import { type Settings, secretsPrefix } from './settings.ts';
import { Tenants } from './tenants.ts';

/** What runs: the API, its functions, the workers and their queues, and what watches them. */
export class AppStack extends Stack {
  readonly api: Api;

  constructor(scope: Construct, id: string, settings: Settings, data: DataStack, props: StackProps) {
    super(scope, id, props);
    const tenants = new Tenants(data.tenants, secretsPrefix(settings), data.accounts, settings.mailFrom);
    const assistant = new Assistant(data.assistant, settings);
    const knowledge = new Knowledge(this, 'Knowledge', data.knowledge, settings);
    const renderer = new Renderer(this, 'Renderer', settings);
    const scraper = new Scraper(this, 'Scraper', data.scraper, { knowledge, tenants, renderer });
    const limits = new Limits(data.limits, settings.mailFrom);
    const analytics = new Analytics(data.analytics, settings);
    const viewers: Use = {
      environment: {},
      allow: grantee => allowOriginSecret(grantee, secretsPrefix(settings), data.originSecret),
    };
    const chat = new Chat(this, 'Chat', {
      table: data.chat,
      viewers,
      tenants,
      limits,
      analytics,
      knowledge,
      assistant,
      conversationLogDays: settings.conversationLogDays,
    });
    const admin = new Admin(this, 'Admin', {
      viewers,
      tenants,
      limits,
      analytics,
      knowledge,
      scraper,
      assistant,
    });
    this.api = new Api(this, 'Api', { chat: chat.api, admin: admin.api });
    // A capability that is not built does not compile.
    const built = {
      tenants,
      analytics,
      knowledge,
      scraper,
      assistant,
      chat,
      admin,
    } satisfies Record<Capability, object>;
    const watched = { api: this.api, renderer, ...built };
    new Alarms(this, 'Alarms', watched, settings);
    createDashboard(this, watched, settings);
    const outputs = {
      Region: this.region,
      SecretsPrefix: secretsPrefix(settings),
      TenantsTable: data.tenants.tableName,
      AssistantTable: data.assistant.tableName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
