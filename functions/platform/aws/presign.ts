import { createHmac } from 'node:crypto';
import aws4 from 'aws4';
import type { Clock } from '../clock.ts';
import { type Credentials, environmentCredentials } from './credentials.ts';

/**
 * Links to objects of one bucket, signed with this function's own rights: whoever has one may do what it says, once or
 * often, until it expires. It is a secret until then.
 */
export interface Presigner {
  /** A link that a browser opens, or stores under `filename`. */
  read(key: string, options: ReadOptions): Promise<string>;
  /** What a form needs to send one file of at most `maxBytes`, as `multipart/form-data`, its field `file` the last. */
  upload(key: string, options: UploadOptions): Promise<PresignedForm>;
}

export interface ReadOptions {
  readonly filename: string;
  /** Whether a browser shows the file. Otherwise it stores it. */
  readonly inline: boolean;
  readonly contentType: string;
  /** Until it expires; at most as long as the function's own credentials last, some hours. */
  readonly seconds: number;
}

export interface UploadOptions {
  readonly contentType: string;
  readonly maxBytes: number;
  readonly seconds: number;
}

export interface PresignedForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

interface Place {
  readonly bucket: string;
  readonly region: string;
  /** Of an emulator. Undefined: S3 itself. */
  readonly endpoint?: string | undefined;
  readonly credentials: () => Promise<Credentials>;
}

/** For the bucket `name`, as the environment says. */
export const connectPresigner = (bucket: string, clock: Clock): Presigner =>
  presignerOf(
    {
      bucket,
      region: process.env['AWS_REGION'] ?? '',
      endpoint: process.env['AWS_ENDPOINT_URL_S3'],
      credentials: environmentCredentials,
    },
    clock,
  );

/** The same for a given place: tests name their emulator. */
export function presignerOf({ bucket, region, endpoint, credentials }: Place, clock: Clock): Presigner {
  const base =
    endpoint === undefined ? `https://${bucket}.s3.${region}.amazonaws.com` : `${endpoint}/${bucket}`;
  return {
    async read(key, { filename, inline, contentType, seconds }) {
      const { origin, host, pathname } = new URL(
        `${base}/${key.split('/').map(encodeURIComponent).join('/')}`,
      );
      const asked = new URLSearchParams({
        'X-Amz-Date': stamp(clock.now()),
        'X-Amz-Expires': String(seconds),
        'response-content-disposition': disposition(filename, inline),
        'response-content-type': contentType,
      });
      // S3 reads `+` as a plus sign.
      const path = `${pathname}?${asked.toString().replaceAll('+', '%20')}`;
      const request = { service: 's3', region, host, method: 'GET', path, signQuery: true };
      return origin + (aws4.sign(request, await credentials()).path ?? path);
    },
    async upload(key, { contentType, maxBytes, seconds }) {
      const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
      const date = stamp(clock.now());
      const scope = [date.slice(0, 8), region, 's3', 'aws4_request'];
      const fields = {
        key,
        'Content-Type': contentType,
        'x-amz-algorithm': 'AWS4-HMAC-SHA256',
        'x-amz-credential': [accessKeyId, ...scope].join('/'),
        'x-amz-date': date,
        ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
      };
      const policy = Buffer.from(
        JSON.stringify({
          expiration: new Date(clock.now() + seconds * 1000).toISOString(),
          conditions: [
            { bucket },
            ['content-length-range', 1, maxBytes],
            ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
          ],
        }),
      ).toString('base64');
      // A key made for the day, the region and the service: AWS Signature Version 4.
      const signingKey = scope.reduce<string | Buffer>(
        (secret, part) => createHmac('sha256', secret).update(part).digest(),
        `AWS4${secretAccessKey}`,
      );
      const signature = createHmac('sha256', signingKey).update(policy).digest('hex');
      return { url: base, fields: { ...fields, policy, 'x-amz-signature': signature } };
    },
  };
}

/** `20260301T120000Z`. */
const stamp = (ms: number): string => new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, '');

/** RFC 6266: the name in ASCII for old browsers, and as it is. */
function disposition(filename: string, inline: boolean): string {
  const plain = filename.replaceAll(/[^\x20-\x7e]|["\\]/g, '_');
  const exact = encodeURIComponent(filename).replaceAll(
    /['()*!]/g,
    mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${inline ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${exact}`;
}
