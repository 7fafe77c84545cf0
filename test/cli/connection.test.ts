import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConnection } from '../../bin/commands/connection.ts';
import { systemClock } from '../../functions/platform/clock.ts';
import { localKeyFile, writeKeyFile } from '../../local/start/key-file.ts';
import { runHere } from './switchboard.ts';

let state: string;
let server: Server;
let port: number;
let reply: (request: IncomingMessage, response: ServerResponse) => void;
const asked: { url: string | undefined; authorization: string | undefined }[] = [];
const localKey = `sb_live_${'L'.repeat(43)}`;
const givenKey = `sb_live_${'G'.repeat(43)}`;

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'state-'));
  server = createServer((request, response) => {
    asked.push({ url: request.url, authorization: request.headers.authorization });
    reply(request, response);
  });
  port = await listenOnAnyPort(server);
  writeKeyFile(localKeyFile(port, env()), { url: `http://127.0.0.1:${port}`, key: localKey });
});
afterAll(async () => {
  server.close();
  await rm(state, { recursive: true });
});

const env = (more: Record<string, string> = {}) => ({ XDG_STATE_HOME: state, ...more });
const urlOf = async (more: Record<string, string>) =>
  (await openConnection(env({ SWITCHBOARD_API_KEY: givenKey, ...more }), systemClock)).url;
const refusal = (more: Record<string, string>) =>
  openConnection(env(more), systemClock).then(
    () => '',
    (error: unknown) => String(error),
  );

/** Asks the server through the command line, and says what it received and answered. */
async function listKeys(more: Record<string, string>, answer: typeof reply = noKeys) {
  reply = answer;
  asked.length = 0;
  const ended = await runHere(['key', 'list'], env(more));
  return { ...ended, asked: [...asked] };
}
const noKeys: typeof reply = (_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end('{"keys":[]}');
};
const answering =
  (status: number, body: string, headers: Record<string, string> = {}): typeof reply =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };

describe('the system that is spoken to', () => {
  test.each([
    [{}, 'http://127.0.0.1:3000'],
    [{ PORT: '4000' }, 'http://127.0.0.1:4000'],
    [{ SWITCHBOARD_URL: 'https://chat.example.org' }, 'https://chat.example.org'],
    [{ SWITCHBOARD_URL: 'https://chat.example.org/', PORT: '4000' }, 'https://chat.example.org'],
    [{ SWITCHBOARD_URL: 'https://api.example.org/prod/' }, 'https://api.example.org/prod'],
    [{ SWITCHBOARD_URL: 'http://[::1]:5000' }, 'http://[::1]:5000'],
  ])('of %j is %s', async (given, url) => {
    expect(await urlOf(given)).toBe(url);
  });

  test.each(['chat.example.org', 'ftp://x.example', 'javascript:1', 'http://', 'https://x.example/?key=1'])(
    'can not be "%s"',
    async url => {
      expect(await refusal({ SWITCHBOARD_URL: url, SWITCHBOARD_API_KEY: givenKey })).toContain(
        'SWITCHBOARD_URL',
      );
    },
  );

  test.each(['abc', '70000', '-1'])('can not be on PORT %s', async PORT => {
    expect(await refusal({ PORT })).toContain(`PORT "${PORT}"`);
  });

  test('can not be an address with a password, which is not repeated', async () => {
    const said = await refusal({
      SWITCHBOARD_URL: 'https://me:hush@x.example',
      SWITCHBOARD_API_KEY: givenKey,
    });
    expect(said).toContain('SWITCHBOARD_URL');
    expect(said).not.toContain('hush');
  });
});

describe('the key', () => {
  test('is the one that the local start left for that port', async () => {
    const { code, asked } = await listKeys({ PORT: String(port) });
    expect(code).toBe(0);
    expect(asked).toEqual([{ url: '/admin/keys', authorization: `Bearer ${localKey}` }]);
  });

  test('that is missing for a port is looked for by the ports that have one', async () => {
    const { code, stderr } = await runHere(['key', 'list'], env({ PORT: '1' }));
    expect(code).toBe(3);
    expect(stderr).toMatch(/no key for http:\/\/127\.0\.0\.1:1:.* SWITCHBOARD_URL/);
    expect(stderr).toContain(`there are keys for PORT ${port})`);
    const nowhere = await refusal({ PORT: '1', XDG_STATE_HOME: join(state, 'none') });
    expect(nowhere).toContain('there is none for any port');
  });

  test('is the given one where there is one', async () => {
    const { asked } = await listKeys({ PORT: String(port), SWITCHBOARD_API_KEY: givenKey });
    expect(asked[0]?.authorization).toBe(`Bearer ${givenKey}`);
  });

  test('of the local start is for this machine only, whatever the port', async () => {
    for (const host of [
      'chat.example.org',
      '127.0.0.1.example.org',
      'localhost.example.org',
      '192.168.0.2',
      '10.0.0.1',
    ]) {
      const said = await refusal({ SWITCHBOARD_URL: `https://${host}:${port}` });
      expect(said).toContain('set SWITCHBOARD_API_KEY');
    }
  });

  test('is never sent in clear to another machine', async () => {
    const said = await refusal({ SWITCHBOARD_URL: 'http://chat.example.org', SWITCHBOARD_API_KEY: givenKey });
    expect(said).toContain('in clear');
    expect(said).not.toContain(givenKey);
  });

  test('in a file that others can read is not used', async () => {
    const file = localKeyFile(port, env());
    for (const mode of [0o640, 0o604, 0o620, 0o666]) {
      await chmod(file, mode);
      const { code, stderr, asked } = await listKeys({ PORT: String(port) });
      expect([code, asked]).toEqual([3, []]);
      expect(stderr).toContain('others can read');
    }
    await chmod(file, 0o600);
  });

  test('that is none is not sent, nor repeated', async () => {
    const said = await refusal({ SWITCHBOARD_API_KEY: 'oops\nX-Admin: 1' });
    expect(said).toContain('holds no API key');
    expect(said).not.toContain('oops');
    expect(await refusal({ SWITCHBOARD_API_KEY: 'wrong' })).toContain('they begin with sb_live_');
  });

  test('does not follow a redirect', async () => {
    const { code, stderr, asked } = await listKeys(
      { PORT: String(port) },
      answering(302, '', { location: `http://127.0.0.1:${port}/elsewhere` }),
    );
    expect([code, asked.length]).toEqual([1, 1]);
    expect(stderr).toContain('/elsewhere');
  });
});

describe('an answer', () => {
  test('that refuses the key ends with 3', async () => {
    const body = '{"error":{"code":"unauthorized","message":"the API key is not valid"}}';
    const { code, stderr } = await listKeys({ PORT: String(port) }, answering(401, body));
    expect([code, stderr]).toEqual([3, 'the API key is not valid\n']);
    const given = { PORT: String(port), SWITCHBOARD_API_KEY: givenKey };
    const ofTheEnvironment = await listKeys(given, answering(401, body));
    expect(ofTheEnvironment.stderr).toBe('SWITCHBOARD_API_KEY: the API key is not valid\n');
  });

  test.each([
    ['another site', 200, '<html>welcome</html>', 'is SWITCHBOARD_URL right?'],
    ['other JSON', 200, '{"hello":"world"}', 'is SWITCHBOARD_URL right?'],
    [
      'a failure',
      500,
      '{"error":{"code":"internal","message":"something went wrong"}}',
      'something went wrong',
    ],
    ['a failure of a gateway', 502, 'Bad Gateway', 'answered 502'],
    ['a server that is none of ours', 501, '<h1>Unsupported method</h1>', 'is SWITCHBOARD_URL right?'],
  ])('of %s is told as such', async (_, status, body, told) => {
    const { code, stderr } = await listKeys({ PORT: String(port) }, answering(status, body));
    expect(code).toBe(1);
    expect(stderr).toContain(told);
  });

  test('that would steer the terminal is tamed', async () => {
    const message = '\u001b]0;owned\u0007\u001b[2Jhello\u009b31m';
    const body = JSON.stringify({ error: { code: 'conflict', message } });
    const { stderr } = await listKeys({ PORT: String(port) }, answering(409, body));
    // oxlint-disable-next-line no-control-regex -- that there are none is the point
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(stderr).toContain('hello');
  });

  test('that does not come, since nothing runs there, says how to start it', async () => {
    const nobody = createServer();
    const SWITCHBOARD_URL = `http://127.0.0.1:${await listenOnAnyPort(nobody)}`;
    await new Promise(closed => nobody.close(closed));
    const { code, stderr } = await runHere(['key', 'list'], {
      SWITCHBOARD_URL,
      SWITCHBOARD_API_KEY: givenKey,
    });
    expect(code).toBe(3);
    expect(stderr).toContain(`can not reach ${SWITCHBOARD_URL}: nothing is running there`);
    expect(stderr).not.toContain(givenKey);
  });
});

async function listenOnAnyPort(server: Server): Promise<number> {
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
