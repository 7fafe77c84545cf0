import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { repository } from '../start/repository.ts';

/**
 * Keeps Node's compiled code from one process to the next: a start of ten processes takes half the time. Import it
 * before anything else. Where the directory can not be written, nothing is kept.
 */
enableCompileCache(join(repository, 'node_modules/.cache/switchboard'));
