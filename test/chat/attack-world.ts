import { request } from 'node:http';
import { connect } from 'node:net';
import { startWorld } from '../support/world.ts';

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
}

export interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/**
 * The local system with a widget that may stand on `page` and below shop.example, and requests as no browser or `fetch`
 * would send them.
 */
export async function startAttacked(page: string) {
  const world = await startWorld({ skipSampleSite: true });
  const { port } = new URL(world.url);

  /** Path and headers go out as they are. A body with another type than JSON says so in its headers. */
  const send = (path: string, { method, headers, body }: Sent = {}) =>
    new Promise<RawReply>((resolve, reject) => {
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const options = {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: { ...type, ...headers },
      };
      const sent = request({ host: '127.0.0.1', port, path, ...options }, response => {
        let text = '';
        response.setEncoding('utf8').on('data', piece => {
          text += piece;
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      });
      sent.on('error', reject).end(body);
    });

  /** What the server says to these bytes. */
  const bytes = (text: string) =>
    new Promise<string>((resolve, reject) => {
      let told = '';
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', reject).on('close', () => resolve(told));
      socket.on('data', piece => {
        told += piece;
      });
      socket.end(text);
    });

  const admin = (method: string, path: string, body?: string) =>
    send(path, {
      method,
      headers: { authorization: `Bearer ${world.adminKey}` },
      ...(body === undefined ? {} : { body }),
    });
  const { key } = JSON.parse((await admin('POST', '/admin/widget/keys', '{"name":"a site"}')).text);
  const domains = [new URL(page).host, '*.shop.example'];
  await admin('PUT', '/admin/widget/domains', JSON.stringify({ domains }));
  const mailsTo = async (address: string): Promise<string[]> => {
    const store = (await (await fetch(`${world.inbox}/store`)).json()) as {
      emails: { destination: { to: string[] }; body: { text: string } }[];
    };
    return store.emails
      .filter(({ destination }) => destination.to.includes(address))
      .map(({ body }) => body.text);
  };
  return { world, port, send, bytes, admin, mailsTo, widgetKey: String(key) };
}
export type AttackedWorld = Awaited<ReturnType<typeof startAttacked>>;
