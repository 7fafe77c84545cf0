import type { ServerResponse } from 'node:http';

/** The stream that Lambda hands to a streaming handler: here the response to the invocation itself. */
export type ResponseStream = ServerResponse;

/** Status, headers and cookies that a handler sets before its first byte. */
export interface StreamMetadata {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, string[]>>;
  readonly cookies?: readonly string[];
}

/** The header that carries the metadata between the processes: base64url of JSON. */
export const metadataHeader = 'x-switchboard-metadata';

const streaming = Symbol('streaming handler');

export const isStreaming = (handler: object): boolean => streaming in handler;

/** Gives this process the global that Lambda gives to Node functions. Before the handler is imported. */
export function installStreaming(): void {
  const awslambda = {
    streamifyResponse: <Handler extends object>(handler: Handler): Handler =>
      Object.assign(handler, { [streaming]: true }),
    HttpResponseStream: {
      from(stream: ResponseStream, metadata: StreamMetadata): ResponseStream {
        stream.writeHead(200, {
          'content-type': 'application/octet-stream',
          [metadataHeader]: Buffer.from(JSON.stringify(metadata)).toString('base64url'),
        });
        return stream;
      },
    },
  };
  Object.assign(globalThis, { awslambda });
}
