import type { Description, Schema } from './description.ts';

/** A row of a schema's table. A nested field is named by its path: `messages[].sources[].n`. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

/** A schema may refer to itself. */
export const deepest = 6;

/** The schema's fields, each object's own before those inside them. */
export function fieldsOf(
  schema: Schema | undefined,
  description: Description,
  prefix = '',
  depth = 0,
): Field[] {
  const { schema: object, suffix } = innermost(schema, description);
  if (!object?.properties || depth > deepest) return [];
  return Object.entries(object.properties).flatMap(([key, value]) => {
    const name = `${prefix}${suffix && prefix === '' ? suffix.replace(/^\[\]$/, '[].') : ''}${key}`;
    const inner = innermost(value, description);
    const row: Field = {
      name,
      type: typeOf(value, description),
      required: object.required?.includes(key) ?? false,
      description: value.description ?? resolve(value, description)?.description ?? '',
    };
    return [row, ...fieldsOf(inner.schema, description, `${name}${inner.suffix}.`, depth + 1)];
  });
}

export const resolve = (schema: Schema | undefined, description: Description): Schema | undefined => {
  const name = schema?.$ref?.split('/').at(-1);
  return name === undefined ? schema : description.components?.schemas?.[name];
};

/** The schema inside lists and alternatives, and what they add to a field's name. */
function innermost(
  schema: Schema | undefined,
  description: Description,
): { schema: Schema | undefined; suffix: string } {
  let current = resolve(schema, description);
  let suffix = '';
  for (let step = 0; step < deepest; step += 1) {
    const next = current?.items ?? (current?.anyOf ?? current?.oneOf)?.find(option => option.type !== 'null');
    if (!next) break;
    if (current?.items) suffix += '[]';
    current = resolve(next, description);
  }
  return { schema: current, suffix };
}

/** The type in a few words: `integer ≥ 1`, `uuid`, `list of object`, `"user" | "assistant"`, `string or null`. */
export function typeOf(schema: Schema | undefined, description: Description, depth = 0): string {
  const known = resolve(schema, description);
  if (!known || depth > deepest) return 'any';
  if (known.const !== undefined) return JSON.stringify(known.const);
  if (known.enum) return known.enum.map(value => JSON.stringify(value)).join(' | ');
  const options = known.anyOf ?? known.oneOf;
  if (options) return options.map(option => typeOf(option, description, depth + 1)).join(' or ');
  const types = [known.type ?? (known.properties ? 'object' : 'any')].flat();
  return types
    .map(type => (type === 'array' ? listType(known, description, depth) : limited(type, known)))
    .join(' or ');
}

const listType = (schema: Schema, description: Description, depth: number): string =>
  `list of ${typeOf(schema.items, description, depth + 1).replace(/^object$/, 'objects')}`;

/** Whether somebody chose the bound: those of the safe integers are there without anybody's choice. */
const chosen = (bound: number | undefined) =>
  bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;

function limited(type: string, { format, minimum, maximum, minLength, maxLength }: Schema): string {
  if (type === 'null') return type;
  const limits = [
    chosen(minimum) && `≥ ${minimum}`,
    chosen(maximum) && `≤ ${maximum}`,
    minLength && `${minLength} or more characters`,
    maxLength && `up to ${maxLength} characters`,
  ].filter(Boolean);
  return [format ?? type, ...limits].join(', ');
}
