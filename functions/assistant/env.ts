/** What the infrastructure supplies to every function that answers. `OPENAI_BASE_URL` is empty for the provider's own address. */
export const assistantEnv = ['ASSISTANT_TABLE', 'OPENAI_MODEL', 'OPENAI_BASE_URL'] as const;
