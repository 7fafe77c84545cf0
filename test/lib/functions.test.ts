import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { analyticsEnv, recordingEnv } from '../../functions/analytics/env.ts';
import { assistantEnv, modesEnv } from '../../functions/assistant/env.ts';
import { chatEnv } from '../../functions/chat/env.ts';
import {
  libraryEnv,
  relearnEnv,
  searchEnv,
  storeFileEnv,
  submitEnv,
  writeEnv,
} from '../../functions/knowledge/env.ts';
import { planEnv, crawlEnv, scheduleEnv, scraperEnv } from '../../functions/scraper/env.ts';
import { accountsEnv, doorEnv, noticeEnv, peopleEnv, tenantsEnv } from '../../functions/tenants/env.ts';
import { at, deploy, functionsOf, list, nameOf, refersTo } from './deployment.ts';
import { rightsOf } from './rights.ts';

const deployment = deploy();
const functions = functionsOf(deployment);
const named = functions.map(fn => [nameOf(fn), fn] as const);
const environmentOf = (fn: (typeof functions)[number]) =>
  (at(fn.Properties, 'Environment', 'Variables') ?? {}) as Record<string, unknown>;

const answering = [...searchEnv, ...assistantEnv, ...chatEnv];
const composed: Record<string, readonly string[]> = {
  'chat/api': [...doorEnv, ...peopleEnv, ...answering],
  'chat/runWorker': [...noticeEnv, ...recordingEnv, ...answering],
  'admin/api': [
    ...doorEnv,
    ...accountsEnv,
    ...analyticsEnv,
    ...libraryEnv,
    ...scraperEnv,
    ...planEnv,
    ...modesEnv,
  ],
  'knowledge/indexWriter': [...writeEnv, ...relearnEnv],
  'knowledge/documentParser': submitEnv,
  'scraper/scrape': [...submitEnv, ...storeFileEnv, ...scraperEnv, ...crawlEnv],
  'scraper/plans': [...tenantsEnv, ...scraperEnv, ...planEnv, ...scheduleEnv],
  'scraper/render': [],
};
/** What the house gives to every function, or to those that open the index. */
const ofTheHouse = /^(?:POWERTOOLS_\w+|LANCE_CPU_THREADS)$/;

test('the functions are those that the capabilities offer', () => {
  expect(named.map(([name]) => name).toSorted()).toEqual(Object.keys(composed).toSorted());
});

describe.each(named)('%s', (name, fn) => {
  test('names a source file and an export of it', () => {
    const entry = String(fn.Metadata?.['switchboard:entry']);
    expect(existsSync(entry), entry).toBe(true);
    expect(readFileSync(entry, 'utf8')).toMatch(
      new RegExp(`export (const|function) ${name.split('/')[1]}\\b`),
    );
  });

  test('has every variable that its capabilities ask for, and no other', () => {
    const given = Object.keys(environmentOf(fn)).filter(variable => !ofTheHouse.test(variable));
    expect(given.toSorted()).toEqual([...new Set(composed[name])].toSorted());
  });

  test('has no secret and no local mode in its environment', () => {
    for (const [variable, value] of Object.entries(environmentOf(fn))) {
      expect(variable).not.toMatch(/KEY|PASSWORD|TOKEN|CREDENTIAL|SECRET(?!S_PREFIX)|LOCAL|DEBUG/i);
      expect(JSON.stringify(value)).not.toMatch(/resolve:|SecretString|local/i);
    }
  });

  test('runs Node 24 on x86-64 with a log group of its own that is not kept for ever', () => {
    expect(fn.Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['x86_64'] });
    const group = deployment
      .all('AWS::Logs::LogGroup')
      .find(one => one.id === at(fn.Properties, 'LoggingConfig', 'LogGroup', 'Ref'));
    expect(group?.Properties['RetentionInDays']).toBeLessThanOrEqual(90);
  });

  test('may do named actions on named resources alone', () => {
    const rights = rightsOf(fn, deployment);
    expect(rights.length).toBeGreaterThan(0);
    expect(rights.filter(({ action }) => action.includes('*'))).toEqual([]);
    // X-Ray knows no resources.
    expect(rights.filter(({ action, resource }) => resource === '*' && !action.startsWith('xray:'))).toEqual(
      [],
    );
    const passes = name === 'scraper/plans' ? ['iam:PassRole'] : [];
    expect(
      rights.map(({ action }) => action).filter(action => /Scan|PartiQL|kms:|iam:|sts:/.test(action)),
    ).toEqual(passes);
    expect(
      deployment.all('AWS::IAM::Role').find(role => refersTo(fn.Properties['Role'], role))?.Properties,
    ).not.toHaveProperty('ManagedPolicyArns');
  });
});

test('the index is opened with its library and its threads, by nobody else', () => {
  const layer = deployment.one('AWS::Lambda::LayerVersion', 'KnowledgeIndexLayer');
  const opening = named.filter(([, fn]) => list(fn.Properties['Layers']).some(one => refersTo(one, layer)));
  expect(opening.map(([name]) => name).toSorted()).toEqual([
    'chat/api',
    'chat/runWorker',
    'knowledge/indexWriter',
  ]);
  expect(named.filter(([, fn]) => environmentOf(fn)['LANCE_CPU_THREADS'] === '4')).toEqual(opening);
});
