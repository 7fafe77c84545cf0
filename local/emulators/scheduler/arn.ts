import { emulatorAccount, emulatorRegion } from '../account.ts';

const prefix = `arn:aws:scheduler:${emulatorRegion}:${emulatorAccount}`;

export const arnOf = (group: string, name: string): string => `${prefix}:schedule/${group}/${name}`;
export const groupArnOf = (group: string): string => `${prefix}:schedule-group/${group}`;
