import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';

type Definitions = Record<string, SchemaObject>;
interface SchemaObject {
  readonly properties?: Record<
    string,
    { readonly const?: unknown; readonly enum?: readonly unknown[]; readonly type?: unknown }
  >;
  readonly required?: string[];
  readonly [keyword: string]: unknown;
}

/** What is wrong with a value, in words; undefined when it is as described. */
export type Check = (value: unknown) => string | undefined;

export interface ResponsesSchemas {
  readonly request: Check;
  /** Checks an event by the description of its own `type`. */
  readonly event: Check;
}

/** The package does not export its `package.json`, so its directory is where its entry lies. */
const openaiDirectory = dirname(createRequire(import.meta.url).resolve('openai'));

/**
 * The schemas of the Responses API as the installed `openai` package types it: unknown fields are refused. Generated
 * once for each version of the package (4 s), then read from `node_modules/.cache`. With OPENAI_OPENAPI, the path of
 * the published description, both are checked against that too.
 */
export async function responsesSchemas(): Promise<ResponsesSchemas> {
  const fromTypes = checksFromTypes(await typeDefinitions('responses', generateResponses));
  const description = process.env['OPENAI_OPENAPI'];
  if (!description) return fromTypes;
  const published = checksFromDescription(JSON.parse(await readFile(description, 'utf8')) as Description);
  return {
    request: body => fromTypes.request(body) ?? published.request(body),
    event: event => fromTypes.event(event) ?? published.event(event),
  };
}

/**
 * The schemas of chat completions as the installed `openai` package types them. `gemini`: with the field in which
 * Google's service returns the signature of a call (ai.google.dev/gemini-api/docs/thought-signatures).
 */
export async function chatSchemas(
  dialect: 'published' | 'gemini',
): Promise<{ request: Check; chunk: Check }> {
  const definitions = structuredClone(await typeDefinitions('chat', generateChat));
  if (dialect === 'gemini') {
    amend(definitions, 'ChatCompletionMessageFunctionToolCall', call => ({
      ...call,
      properties: { ...call.properties, extra_content: { type: 'object' } },
    }));
  }
  const check = checker(validators(definitions), await publishedValidator());
  return {
    request: check('ChatCompletionCreateParamsStreaming', 'CreateChatCompletionRequest'),
    chunk: check('ChatCompletionChunk', 'CreateChatCompletionStreamResponse'),
  };
}

/** The schemas of embeddings, as `responsesSchemas` has those of responses. */
export async function embeddingSchemas(): Promise<{ request: Check; reply: Check }> {
  const typed = validators(await typeDefinitions('embeddings', generateEmbeddings));
  const check = checker(typed, await publishedValidator());
  return {
    request: check('EmbeddingCreateParams', 'CreateEmbeddingRequest'),
    reply: check('CreateEmbeddingResponse', 'CreateEmbeddingResponse'),
  };
}

type Validator = (name: string) => ValidateFunction;

/** Checks by the type of the package, then by the published schema where that is at hand. */
const checker =
  (typed: Validator, published: Validator | undefined) =>
  (type: string, name: string): Check =>
  value =>
    complaint(type, typed(type), value) ?? (published ? complaint(name, published(name), value) : undefined);

async function publishedValidator(): Promise<Validator | undefined> {
  const path = process.env['OPENAI_OPENAPI'];
  return path ? publishedValidators(JSON.parse(await readFile(path, 'utf8')) as Description) : undefined;
}

async function typeDefinitions(
  protocol: 'responses' | 'chat' | 'embeddings',
  generate: () => Promise<Definitions>,
): Promise<Definitions> {
  const { version } = JSON.parse(await readFile(join(openaiDirectory, 'package.json'), 'utf8')) as {
    version: string;
  };
  const cache = join(openaiDirectory, '..', '.cache', `switchboard-openai-${protocol}-${version}-1.json`);
  try {
    return JSON.parse(await readFile(cache, 'utf8')) as Definitions;
  } catch {
    // Not generated yet.
  }
  const definitions = await generate();
  await mkdir(dirname(cache), { recursive: true });
  const written = `${cache}.${process.pid}`;
  await writeFile(written, JSON.stringify(definitions));
  await rename(written, cache);
  return definitions;
}

async function definitionsOf(file: string, types: readonly string[]): Promise<Definitions> {
  const { createGenerator } = await import('ts-json-schema-generator');
  const generator = createGenerator({
    path: join(openaiDirectory, file),
    tsconfig: join(import.meta.dirname, '../../tsconfig.json'),
    skipTypeCheck: true,
    additionalProperties: false,
    expose: 'all',
    topRef: true,
  });
  return Object.assign({}, ...types.map(type => generator.createSchema(type).definitions)) as Definitions;
}

const generateChat = () =>
  definitionsOf('resources/chat/completions/completions.d.ts', [
    'ChatCompletionChunk',
    'ChatCompletionCreateParamsStreaming',
  ]);

const generateEmbeddings = () =>
  definitionsOf('resources/embeddings.d.ts', ['EmbeddingCreateParams', 'CreateEmbeddingResponse']);

async function generateResponses(): Promise<Definitions> {
  const definitions = await definitionsOf('resources/responses/responses.d.ts', [
    'ResponseStreamEvent',
    'ResponseCreateParamsStreaming',
  ]);
  // `output_text` is the SDK's own convenience: it is in the type, never on the wire.
  amend(definitions, 'Response', response => ({
    ...response,
    required: (response.required ?? []).filter(field => field !== 'output_text'),
  }));
  // The type lags behind the published description, which requires the function's name here.
  amend(definitions, 'ResponseFunctionCallArgumentsDoneEvent', event => ({
    ...event,
    properties: { ...event.properties, name: { type: 'string' } },
    required: [...(event.required ?? []), 'name'],
  }));
  return definitions;
}

function amend(definitions: Definitions, name: string, change: (schema: SchemaObject) => SchemaObject): void {
  const schema = definitions[name];
  if (!schema) throw new Error(`the openai package has no type ${name} any more`);
  definitions[name] = change(schema);
}

function validators(definitions: Definitions): (name: string) => ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: false });
  ajv.addSchema({ $id: 'types', definitions });
  const compiled = new Map<string, ValidateFunction>();
  return name => {
    const known = compiled.get(name) ?? ajv.compile({ $ref: `types#/definitions/${name}` });
    compiled.set(name, known);
    return known;
  };
}

function checksFromTypes(definitions: Definitions): ResponsesSchemas {
  const validator = validators(definitions);
  const byType = new Map(
    Object.entries(definitions)
      .filter(([name]) => name.startsWith('Response') && name.endsWith('Event'))
      .map(([name, { properties }]) => [properties?.['type']?.const, name]),
  );
  // Compiled now, since the first request would wait for it.
  for (const name of ['ResponseCreateParamsStreaming', 'ResponseCreatedEvent', 'ResponseCompletedEvent'])
    validator(name);
  return {
    request: body => complaint('request', validator('ResponseCreateParamsStreaming'), body),
    event: event => checkByType(event, byType, validator),
  };
}

interface Description {
  readonly components: { readonly schemas: Definitions };
}

function publishedValidators(description: Description): (name: string) => ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: false });
  ajv.addSchema({ ...(nullsAsTypes(description) as Description), $id: 'published' });
  const compiled = new Map<string, ValidateFunction>();
  return name => {
    const known = compiled.get(name) ?? ajv.compile({ $ref: `published#/components/schemas/${name}` });
    compiled.set(name, known);
    return known;
  };
}

/** The description says `nullable`, as OpenAPI 3.0 does, where JSON Schema has a type for it. */
function nullsAsTypes(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(nullsAsTypes);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, nullsAsTypes(value)]),
  );
  return nullable === true ? { anyOf: [rest, { type: 'null' }] } : rest;
}

function checksFromDescription(description: Description): ResponsesSchemas {
  const validator = publishedValidators(description);
  const alternatives = (description.components.schemas['ResponseStreamEvent']?.['anyOf'] ?? []) as {
    $ref: string;
  }[];
  const byType = new Map(
    alternatives.map(({ $ref }) => {
      const name = $ref.slice($ref.lastIndexOf('/') + 1);
      const type = description.components.schemas[name]?.properties?.['type'];
      return [type?.const ?? type?.enum?.[0], name];
    }),
  );
  return {
    request: body => complaint('published CreateResponse', validator('CreateResponse'), body),
    event: event => checkByType(event, byType, validator),
  };
}

/** By the schema of its own type: a union of sixty only says that none of them fits. */
function checkByType(
  event: unknown,
  byType: ReadonlyMap<unknown, string>,
  validator: (name: string) => ValidateFunction,
): string | undefined {
  const type = typeof event === 'object' && event !== null && 'type' in event ? event.type : undefined;
  const name = byType.get(type);
  return name === undefined ? `no event of type ${String(type)}` : complaint(name, validator(name), event);
}

function complaint(name: string, validate: ValidateFunction, value: unknown): string | undefined {
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  return `${name}${error?.instancePath ?? ''}: ${error?.message ?? 'not valid'} ${JSON.stringify(error?.params ?? {})}`;
}
