/** What the infrastructure supplies to the functions that record turns, or tell what was recorded. */
export const analyticsEnv = ['ANALYTICS_TABLE', 'CONVERSATION_LOG_DAYS'] as const;
