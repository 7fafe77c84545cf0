import type { ComponentChildren } from 'preact';
import { requestBodyOf, credentialHeader, curlOf } from './command.ts';
import type { Description, DescribedOperation, Schema } from './description.ts';
import { type Field, fieldsOf, typeOf } from './fields.ts';

/** One operation, folded up: what it does, what it takes, what it answers, and a command to try it. */
export function OperationView({
  entry,
  description,
}: {
  entry: DescribedOperation;
  description: Description;
}) {
  const { id, method, path, operation } = entry;
  const { parameters = [], requestBody, responses = {} } = operation;
  const body = requestBodyOf(requestBody?.content);
  const credential = credentialHeader(operation, description);
  return (
    <details class="operation" id={id} onToggle={event => event.currentTarget.open && nameInAddress(id)}>
      <summary>
        <h3>{operation.summary ?? id}</h3>
        <span class="call">
          <span class={`method ${method}`}>{method.toUpperCase()}</span> <code>{path}</code>
        </span>
      </summary>
      {operation.description && <p>{withCode(operation.description)}</p>}
      <p class="muted">
        {credential ? (
          <>
            Needs <code>{`${credential.header}: ${credential.value}`}</code>, {withCode(credential.meaning)}.
          </>
        ) : (
          'Needs no credentials.'
        )}
      </p>
      {parameters.length > 0 && (
        <Fields
          title="Parameters"
          fields={parameters.map(parameter => ({
            name: parameter.name ?? '',
            type: [typeOf(parameter.schema, description), `in ${parameter.in ?? 'the request'}`].join(', '),
            required: parameter.required ?? false,
            description: parameter.description ?? '',
          }))}
        />
      )}
      {body && (
        <Fields
          title={body.type === 'application/json' ? 'Request body' : 'Form fields'}
          fields={fieldsOf(body.schema, description)}
        />
      )}
      {Object.entries(responses).map(([status, { description: meaning = '', content = {} }]) =>
        Object.entries(content).map(([type, { schema }]) => (
          <Reply
            key={status + type}
            title={`${status} ${meaning}`}
            type={type}
            schema={schema}
            description={description}
          />
        )),
      )}
      <Errors responses={responses} />
      <h4>Example</h4>
      <pre tabIndex={0} role="group" aria-label={`Example of ${path}`}>
        <code>{curlOf(entry, location.origin, description)}</code>
      </pre>
    </details>
  );
}

/** So that the address bar has a link to what was opened last. */
const nameInAddress = (id: string): void => history.replaceState(null, '', `#${id}`);

interface ReplyProps {
  readonly title: string;
  readonly type: string;
  readonly schema: Schema | undefined;
  readonly description: Description;
}

function Reply({ title, type, schema, description }: ReplyProps) {
  const fields = fieldsOf(schema, description);
  if (fields.length > 0) return <Fields title={`${title}, ${type}`} fields={fields} />;
  return (
    <p>
      <strong>{title}</strong>: <code>{type}</code>
      {type === 'application/json' && `, ${typeOf(schema, description)}`}
    </p>
  );
}

/** The statuses without a body of their own. */
function Errors({ responses }: { responses: NonNullable<DescribedOperation['operation']['responses']> }) {
  const errors = Object.entries(responses).filter(([, { content }]) => !content);
  if (errors.length === 0) return null;
  return (
    <p class="errors">
      <strong>Errors</strong>{' '}
      {errors.map(([status, { description }]) => (
        <span key={status} class="status">
          {status} {description?.replaceAll('_', ' ')}
        </span>
      ))}
    </p>
  );
}

function Fields({ title, fields }: { title: string; fields: readonly Field[] }) {
  if (fields.length === 0) return null;
  const explained = fields.some(({ description }) => description !== '');
  return (
    <>
      <h4>{title}</h4>
      <div class="table" tabIndex={0} role="group" aria-label={title}>
        <table>
          <thead>
            <tr>
              <th>Field</th>
              <th>Type</th>
              {explained && <th>Meaning</th>}
            </tr>
          </thead>
          <tbody>
            {fields.map(field => (
              <tr key={field.name}>
                <td>
                  <code>{field.name}</code>
                  {!field.required && <span class="optional">optional</span>}
                </td>
                <td>{field.type}</td>
                {explained && <td>{withCode(field.description)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** Prose in which backticks mark code. */
const withCode = (text: string): ComponentChildren =>
  text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
