import type { UsageEffects } from '../analytics/index.ts';
import type { ModesAdminEffects } from '../assistant/index.ts';
import type { LibraryEffects } from '../knowledge/index.ts';
import type { PlanEffects } from '../scraper/index.ts';
import type { AccountsEffects } from '../tenants/index.ts';

/**
 * Those of every capability that the admin API acts through. It answers nobody, and neither reads nor writes the index.
 */
export interface AdminEffects
  extends ModesAdminEffects,
    PlanEffects,
    AccountsEffects,
    UsageEffects,
    LibraryEffects {}
