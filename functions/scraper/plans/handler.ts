import { eventEffects, queueFunction } from '../../platform/aws/event-function.ts';
import { readEnv } from '../../platform/env.ts';
import { tenantsEffects, tenantsEnv } from '../../tenants/index.ts';
import { scheduleEffects } from '../effects.ts';
import { planEnv, scheduleEnv, scraperEnv } from '../env.ts';
import { receivePlan } from './receive.ts';

const env = readEnv([...tenantsEnv, ...scraperEnv, ...planEnv, ...scheduleEnv]);
const base = await eventEffects('plans');
const effects = { ...base, ...tenantsEffects(env), ...scheduleEffects(env) };

/** Keeps the schedules of the plans, and begins the jobs that they ask for. */
export const plans = queueFunction(message => receivePlan(message, effects), base);
