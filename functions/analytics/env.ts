/** What the infrastructure supplies to the functions that tell what was recorded. */
export const analyticsEnv = ['ANALYTICS_TABLE'] as const;

/** What it supplies to the function that records turns. */
export const recordingEnv = [...analyticsEnv, 'CONVERSATION_LOG_DAYS'] as const;
