/** The account that the emulators play. */

/** What they accept; s3rver takes this key alone. Not a secret: they listen on the loopback interface only. */
export const emulatorCredentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' } as const;
export const emulatorRegion = 'us-east-1';
/** In the ARNs and URLs that they make. */
export const emulatorAccount = '000000000000';
