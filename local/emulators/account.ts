/** The AWS account that the emulators pretend to be. */

/**
 * The credentials that the emulators accept; s3rver takes this key alone. They are no secret: the emulators listen on
 * the loopback interface only.
 */
export const emulatorCredentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' } as const;
export const emulatorRegion = 'us-east-1';
/** The account id in the ARNs and URLs of the emulators. */
export const emulatorAccount = '000000000000';
