/**
 * What the infrastructure supplies to the functions that serve threads and runs. A visitor's conversation is kept for
 * `CONVERSATION_LOG_DAYS`, as long as the log of it.
 */
export const chatEnv = ['CHAT_TABLE', 'RUN_QUEUE_URL', 'CONVERSATION_LOG_DAYS'] as const;
