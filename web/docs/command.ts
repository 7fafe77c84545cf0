import type { Content, Description, DescribedOperation, Operation, Schema } from './description.ts';
import { deepest, resolve } from './fields.ts';

/** The header that carries the caller's credential, and what it may be; undefined where none is needed. */
export function credentialHeader(
  { security }: Operation,
  { components }: Description,
): { readonly header: string; readonly value: string; readonly meaning: string } | undefined {
  const [name] = Object.keys(security?.[0] ?? {});
  if (name === undefined) return undefined;
  const scheme = components?.securitySchemes?.[name];
  const meaning = scheme?.description ?? 'a credential';
  return scheme?.type === 'apiKey'
    ? { header: scheme.name ?? 'X-API-Key', value: '$KEY', meaning }
    : { header: 'Authorization', value: 'Bearer $TOKEN', meaning };
}

/** What a request carries: JSON, or an HTML form. */
export function requestBodyOf(content: Content | undefined): { type: string; schema: Schema } | undefined {
  for (const type of ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    const schema = content?.[type]?.schema;
    if (schema) return { type, schema };
  }
  return undefined;
}

/** A shell command that calls the operation. Values that differ from call to call are shell variables. */
export function curlOf(
  { method, path, operation }: DescribedOperation,
  origin: string,
  description: Description,
): string {
  const url = `${origin}${path.replace(/\{(\w+)\}/g, (_, name: string) => `$${name.toUpperCase()}`)}`;
  const streams = Object.values(operation.responses ?? {}).some(
    ({ content }) => content?.['text/event-stream'],
  );
  const credential = credentialHeader(operation, description);
  const body = requestBodyOf(operation.requestBody?.content);
  return [
    `curl ${streams ? '-N ' : ''}${method === 'get' ? '' : `-X ${method.toUpperCase()} `}"${url}"`,
    credential && `-H "${credential.header}: ${credential.value}"`,
    ...(body ? bodyOptions(body, description) : []),
  ]
    .filter(Boolean)
    .join(' \\\n  ');
}

function bodyOptions({ type, schema }: { type: string; schema: Schema }, description: Description): string[] {
  const sample = sampleOf(schema, description);
  if (type === 'application/json')
    return ['-H "Content-Type: application/json"', `-d '${JSON.stringify(sample)}'`];
  return Object.entries(sample ?? {}).map(([name, value]) => `--data-urlencode '${name}=${String(value)}'`);
}

function sampleOf(schema: Schema | undefined, description: Description, depth = 0): unknown {
  const known = resolve(schema, description);
  if (!known || depth > deepest) return null;
  if (known.const !== undefined) return known.const;
  if (known.enum) return known.enum[0];
  const option = (known.anyOf ?? known.oneOf)?.[0];
  if (option) return sampleOf(option, description, depth + 1);
  const type = [known.type].flat()[0];
  if (type === 'integer' || type === 'number') return Math.max(known.minimum ?? 1, 1);
  if (type === 'boolean') return true;
  if (type === 'array') return [sampleOf(known.items, description, depth + 1)];
  if (!known.properties) return type === 'object' ? {} : '…';
  // The required fields, or else one optional field: nobody could read a command with all fields.
  const fields = Object.entries(known.properties);
  const needed = fields.filter(([key]) => known.required?.includes(key));
  return Object.fromEntries(
    (needed.length > 0 ? needed : fields.slice(0, 1)).map(([key, value]) => [
      key,
      sampleOf(value, description, depth + 1),
    ]),
  );
}
