import { stat } from 'node:fs/promises';
import { type ApiClient, connectApi } from './api-client.ts';
import { CommandError, exitCodes } from './command-error.ts';
import type { Clock } from '../../functions/platform/clock.ts';
import { localKeyFile, localKeyPorts, readLocalKey } from '../../local/start/key-file.ts';

/**
 * The running system that the environment names, with the operator's key: `SWITCHBOARD_API_KEY`, else, for an address
 * of this machine only, the key that a local start has left for its port. A key is never sent in clear over a network.
 */
export async function openConnection(env: NodeJS.ProcessEnv, clock: Clock): Promise<ApiClient> {
  const url = addressOf(env);
  const isLocal = isLoopback(url.hostname);
  if (url.protocol === 'http:' && !isLocal) {
    throw noAccess(`${url.origin} would get the API key in clear: use its https:// address`);
  }
  const base = `${url.origin}${url.pathname.replace(/(?<!\/)\/+$/, '')}`;
  const given = env['SWITCHBOARD_API_KEY'];
  if (given) return connectApi(base, keyOf(given, 'SWITCHBOARD_API_KEY'), clock);
  if (!isLocal) throw noAccess(`set SWITCHBOARD_API_KEY to an API key of ${base}`);
  return connectApi(base, await localKey(Number(url.port || 80), base, env), clock);
}

function addressOf(env: NodeJS.ProcessEnv): URL {
  const given = env['SWITCHBOARD_URL'] || `http://127.0.0.1:${portOf(env)}`;
  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    throw new CommandError(
      exitCodes.usage,
      `SWITCHBOARD_URL: "${withoutCredentials(given)}" is not the address of a system, like https://chat.example.org`,
    );
  }
  return url;
}

function portOf({ PORT }: NodeJS.ProcessEnv): string {
  if (!PORT) return '3000';
  if (/^\d{1,5}$/.test(PORT) && Number(PORT) <= 65_535) return PORT;
  throw new CommandError(exitCodes.usage, `PORT "${PORT}": use the number on which the local start listens`);
}

const withoutCredentials = (text: string): string => text.replace(/\/\/[^/@]*@/, '//...@');

/** An address that can not leave this machine. `localhost` counts: every resolver that is not broken keeps it here. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);

async function localKey(port: number, base: string, env: NodeJS.ProcessEnv): Promise<string> {
  const path = localKeyFile(port, env);
  const found = await stat(path).catch(() => undefined);
  if (!found) {
    const ports = localKeyPorts(env);
    const running =
      ports.length === 0 ? 'there is none for any port' : `there are keys for PORT ${ports.join(', ')}`;
    throw noAccess(
      `no key for ${base}: \`npm start\` leaves one while it runs (${running}). Set PORT to that of the start, or SWITCHBOARD_URL and SWITCHBOARD_API_KEY`,
    );
  }
  if ((found.mode & 0o077) !== 0 || found.uid !== process.getuid?.()) {
    throw noAccess(
      `others can read or have written ${path}: its key is not used. Delete it and run \`npm start\` again`,
    );
  }
  return keyOf(readLocalKey(port, env)?.key ?? '', path);
}

/**
 * Checks the form of the key first. A header can not carry line ends, and `fetch` would quote the key in its error. The
 * system would take a text of any other form for a visitor's token.
 */
function keyOf(text: string, from: string): string {
  const key = text.trim();
  if (/^sb_live_[\w-]+$/.test(key)) return key;
  throw noAccess(`${from} holds no API key: they begin with sb_live_`);
}

const noAccess = (message: string): CommandError => new CommandError(exitCodes.noAccess, message);
