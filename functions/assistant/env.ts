/** What the infrastructure supplies to every function that reads modes or changes them. */
export const modesEnv = ['ASSISTANT_TABLE'] as const;

/**
 * What it supplies to every function that answers. Models are named `provider:model`; `OPENAI_BASE_URL` is empty for
 * OpenAI's own address, `COMPATIBLE_BASE_URL` where no other service is asked.
 */
export const assistantEnv = [
  ...modesEnv,
  'MODEL_SMALL',
  'MODEL_STRONG',
  'OPENAI_BASE_URL',
  'COMPATIBLE_BASE_URL',
  'SECRETS_PREFIX',
] as const;
