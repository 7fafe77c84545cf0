import { answerEffects, assistantEnv } from '../assistant/index.ts';
import { searchEffects, searchEnv } from '../knowledge/index.ts';
import { realEffects } from '../platform/effects.ts';
import { readEnv } from '../platform/env.ts';
import { httpFunction } from '../platform/aws/http-function.ts';
import { doorEffects, doorEnv, peopleEffects, peopleEnv } from '../tenants/index.ts';
import { asking, runEffects } from './effects.ts';
import { chatEnv } from './env.ts';
import { chatApp } from './routes.ts';

const env = readEnv([...doorEnv, ...peopleEnv, ...searchEnv, ...assistantEnv, ...chatEnv]);
const base = realEffects('chat');
const doors = { ...base, ...doorEffects(env, base), ...peopleEffects(env, base) };
const assistant = { ...doors, ...searchEffects(env, base), ...answerEffects(env, base) };

/** The HTTP API, with response streaming: a run is executed inside the stream of its first subscriber. */
export const api = httpFunction(
  chatApp({ ...assistant, ...runEffects(env, assistant), ...asking(assistant) }),
);
