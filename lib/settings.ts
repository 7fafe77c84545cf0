import type { Node } from 'constructs';

/** What an operator chooses for a deployment: CDK context keys, documented in docs/operations.md. */
export interface Settings {
  /** Names the stacks and the parameters; stages live side by side in one account. */
  readonly stage: string;
  /** The model that answers: `provider:model`, or a model of OpenAI. */
  readonly smallModel: string;
  /** The model that answers what is beyond the small one, for paying workspaces. */
  readonly strongModel: string;
  /** The provider's address. Empty: its own. */
  readonly openAiBaseUrl: string;
  /** The address of `compatible:` models. Empty: there are none. */
  readonly compatibleBaseUrl: string;
  /** The embedding model, which ranks by meaning too. Empty: words alone rank, and no embedder is deployed. */
  readonly embeddingModel: string;
  /** The embedder's address. Empty: `openAiBaseUrl` if it is set, else OpenAI's own. */
  readonly embeddingBaseUrl: string;
  /** Keeps tables, buckets and accounts when a stack is deleted, and refuses their deletion. */
  readonly retainData: boolean;
  /** The address that mail comes from; SES has verified it, or its domain. Empty: no mail is sent. */
  readonly mailFrom: string;
  /** How long questions and answers are kept in the log of conversations. */
  readonly conversationLogDays: number;
  /** Whom owners of crawled sites may ask: a mail or web address, in the crawler's name. Empty: the domain, if any. */
  readonly crawlerContact: string;
  /** How many pages may be shown in browsers at a time, in all workspaces. Absent: as many as crawls ask for. */
  readonly renderConcurrency?: number;
  /** Alarms are mailed here once the subscription is confirmed. */
  readonly alarmEmail?: string;
  /** A domain of your own, which needs `certificateArn`: a certificate for it in us-east-1. */
  readonly domainName?: string;
  readonly certificateArn?: string;
}

/**
 * Reads the settings from the context of a CDK app (`cdk.json`, `-c key=value`); `given` ones win. Throws on a bad
 * value.
 */
export function readSettings(node: Node, given: Partial<Settings> = {}): Settings {
  const text = (key: keyof Settings) => {
    const value: unknown = given[key] ?? node.tryGetContext(key);
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string' && typeof value !== 'boolean' && typeof value !== 'number')
      throw new Error(`${key}: use one value, as text`);
    return String(value);
  };
  const stage = text('stage') ?? 'prod';
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(stage)) {
    throw new Error(`stage "${stage}": use up to 20 lower-case letters, digits and hyphens, a letter first`);
  }
  const retain = text('retainData') ?? String(stage === 'prod');
  if (retain !== 'true' && retain !== 'false') throw new Error(`retainData "${retain}": use true or false`);
  const address = (key: 'openAiBaseUrl' | 'compatibleBaseUrl' | 'embeddingBaseUrl') => {
    const value = text(key) ?? '';
    if (value !== '' && !/^https:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/.test(value))
      throw new Error(`${key} "${value}": use an https:// address without credentials or query`);
    return value;
  };
  const model = (key: 'smallModel' | 'strongModel') => {
    const name = text(key);
    if (
      name !== undefined &&
      !/^(?:(?:openai|anthropic|gemini|compatible):)?[^\s:]+(?<!:)$|^compatible:\S+$/.test(name)
    )
      throw new Error(
        `${key} "${name}": use a model of OpenAI's, or openai:, anthropic:, gemini: or compatible: and its name`,
      );
    return name;
  };
  const openAiBaseUrl = address('openAiBaseUrl');
  const mailFrom = text('mailFrom') ?? '';
  if (mailFrom !== '' && !/^[^\s@<>"*]+@(?:[^\s@<>"*.]+\.)+[^\s@<>"*.]+$/.test(mailFrom)) {
    throw new Error(`mailFrom "${mailFrom}": use an address, as name@example.org`);
  }
  const conversationLogDays = Number(text('conversationLogDays') ?? 90);
  if (!Number.isInteger(conversationLogDays) || conversationLogDays < 1 || conversationLogDays > 3650) {
    throw new Error(`conversationLogDays "${text('conversationLogDays')}": use 1 to 3650 days`);
  }
  const crawlerContact = text('crawlerContact') ?? domainOf(text('domainName'));
  if (!/^[\x21-\x27\x2a-\x3a\x3c-\x7e]{0,200}$/.test(crawlerContact))
    throw new Error(`crawlerContact "${crawlerContact}": use a mail or web address without spaces`);
  const renders = text('renderConcurrency');
  const renderConcurrency = renders === undefined ? undefined : Number(renders);
  if (renderConcurrency !== undefined && !(Number.isInteger(renderConcurrency) && renderConcurrency >= 1))
    throw new Error(`renderConcurrency "${renders}": use a number of pages, from 1`);
  const [alarmEmail, domainName, certificateArn] = [
    text('alarmEmail'),
    text('domainName'),
    text('certificateArn'),
  ];
  if ((domainName === undefined) !== (certificateArn === undefined)) {
    throw new Error('domainName and certificateArn go together: set both or neither');
  }
  return {
    stage,
    smallModel: model('smallModel') ?? 'gpt-5-mini',
    strongModel: model('strongModel') ?? 'gpt-5.1',
    openAiBaseUrl,
    compatibleBaseUrl: address('compatibleBaseUrl'),
    embeddingModel: text('embeddingModel') ?? '',
    embeddingBaseUrl: address('embeddingBaseUrl') || openAiBaseUrl,
    mailFrom,
    conversationLogDays,
    crawlerContact,
    retainData: retain === 'true',
    ...(renderConcurrency === undefined ? {} : { renderConcurrency }),
    ...(alarmEmail === undefined ? {} : { alarmEmail }),
    ...(domainName === undefined ? {} : { domainName }),
    ...(certificateArn === undefined ? {} : { certificateArn }),
  };
}

/** Secrets and parameters of a stage are SSM parameters below this; `functions/platform/aws/secrets.ts` reads them. */
export const secretsPrefix = ({ stage }: Settings): string => `/switchboard/${stage}`;

const domainOf = (domainName: string | undefined): string =>
  domainName === undefined ? '' : `https://${domainName}/`;
