/** What the infrastructure supplies to the functions that serve threads and runs. */
export const chatEnv = ['CHAT_TABLE', 'RUN_QUEUE_URL'] as const;
