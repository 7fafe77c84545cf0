import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MailError } from '../../functions/platform/aws/mail.ts';
import { reserveTurn, sendDueNotices, type Workspace } from '../../functions/tenants/index.ts';
import { emulatedMail } from '../support/emulated.ts';
import { type Counting, newWorkspace, startCounting } from './counting.ts';

let counting: Counting;
let post: Awaited<ReturnType<typeof emulatedMail>>;
beforeAll(async () => {
  [counting, post] = await Promise.all([startCounting(), emulatedMail()]);
});
afterAll(() => Promise.all([counting.stop(), post.stop()]));
const nine = Date.parse('2026-03-01T09:00:00Z');
beforeEach(() => {
  counting.world.now = nine;
});

const effects = (mail = post.mail) => ({ ...counting.effects, mail });
let made = 0;
const watched = (settings: Partial<Workspace> = {}) =>
  newWorkspace({ hourlyLimit: 10, alertEmail: `owner-${++made}@example.org`, ...settings });
const inbox = ({ alertEmail = '' }: Workspace) => post.inbox(alertEmail);
const subjects = async (workspace: Workspace) => (await inbox(workspace)).map(({ subject }) => subject);
/** Takes turns as they come, and looks for notices after each. */
async function turns(workspace: Workspace, times: number) {
  for (let i = 0; i < times; i++) {
    await reserveTurn(workspace, {}, effects());
    await sendDueNotices(workspace, counting.world.now, effects());
  }
}
const near = "\u2068Acme\u2069: 80 % of this hour's questions";
const reached = "\u2068Acme\u2069: this hour's limit is reached";

describe('the owner of a workspace', () => {
  test('is told once at 80 % and once at 100 % of the hour', async () => {
    const workspace = watched();
    await turns(workspace, 7);
    expect(await subjects(workspace)).toEqual([]);
    await turns(workspace, 1);
    expect(await subjects(workspace)).toEqual([near]);
    await turns(workspace, 2);
    expect(await subjects(workspace)).toEqual([near, reached]);
    const [first, second] = await inbox(workspace);
    expect(first?.text).toContain('8 of 10');
    expect(second?.text).toContain('No further question is answered until 2026-03-01T10:00:00.000Z');
  });

  test('is told again in the next hour', async () => {
    const workspace = watched();
    await turns(workspace, 8);
    counting.world.now = nine + 3_600_000;
    await turns(workspace, 8);
    expect(await subjects(workspace)).toEqual([near, near]);
  });

  test('is told at the share that the workspace has chosen', async () => {
    const workspace = watched({ alertThreshold: 0.5 });
    await turns(workspace, 5);
    expect(await subjects(workspace)).toEqual(["\u2068Acme\u2069: 50 % of this hour's questions"]);
  });

  test('who pays is told that the rest is overage, however far it goes', async () => {
    const workspace = watched({ tier: 'paid' });
    await turns(workspace, 25);
    expect(await subjects(workspace)).toEqual([near, reached]);
    expect((await inbox(workspace))[1]?.text).toContain('recorded as overage');
  });

  test('is told once when many turns end at the same moment', async () => {
    const workspace = watched();
    await Promise.all(Array.from({ length: 10 }, () => reserveTurn(workspace, {}, effects())));
    await Promise.all(Array.from({ length: 10 }, () => sendDueNotices(workspace, nine, effects())));
    expect(await subjects(workspace)).toEqual([reached]);
  });

  test('has one mail that says both of a burst past the warning and the limit', async () => {
    const workspace = watched();
    for (let i = 0; i < 10; i++) await reserveTurn(workspace, {}, effects());
    for (let i = 0; i < 2; i++) await sendDueNotices(workspace, nine, effects());
    expect(await subjects(workspace)).toEqual([reached]);
    const [mail] = await inbox(workspace);
    expect(mail?.text).toContain('10 of 10');
    expect(mail?.text).toContain('The 80 % at which you are warned and the limit itself are reached.');
  });

  test('is told of a limit that is set below what is used, once', async () => {
    const workspace = watched();
    await turns(workspace, 5);
    const lowered = { ...workspace, hourlyLimit: 4 };
    for (let i = 0; i < 2; i++) await sendDueNotices(lowered, counting.world.now, effects());
    expect(await subjects(workspace)).toEqual([reached]);
    expect((await inbox(workspace))[0]?.text).toContain('5 of 4');
  });

  test('who raises the limit that is reached is told of the new one as well', async () => {
    const workspace = watched();
    await turns(workspace, 10);
    await turns({ ...workspace, hourlyLimit: 20 }, 10);
    expect(await subjects(workspace)).toEqual([near, reached, near, reached]);
    const texts = (await inbox(workspace)).map(({ text }) => /\d+ of \d+/.exec(text)?.[0]);
    expect(texts).toEqual(['8 of 10', '10 of 10', '16 of 20', '20 of 20']);
  });

  test('who has left no address is told nothing', async () => {
    const workspace = newWorkspace({ hourlyLimit: 2 });
    await turns(workspace, 2);
    expect(await post.inbox('')).toEqual([]);
  });

  test('is not told of an hour that has long passed', async () => {
    const workspace = watched();
    for (let i = 0; i < 10; i++) await reserveTurn(workspace, {}, effects());
    counting.world.now = nine + 2 * 3_600_000;
    await sendDueNotices(workspace, nine, effects());
    expect(await subjects(workspace)).toEqual([]);
  });
});

describe('a mail that', () => {
  const failing = (permanent: boolean) => ({
    send: () => Promise.reject(new MailError('SES did not take the mail', { permanent })),
  });
  const full = async () => {
    const workspace = watched({ hourlyLimit: 1 });
    await reserveTurn(workspace, {}, effects());
    return workspace;
  };

  test('fails for the moment is tried again', async () => {
    const workspace = await full();
    await expect(sendDueNotices(workspace, nine, effects(failing(false)))).rejects.toThrow('SES did not');
    await sendDueNotices(workspace, nine, effects());
    expect(await subjects(workspace)).toEqual([reached]);
  });

  test('SES refuses for good is not tried for every turn of the hour, and holds nothing up', async () => {
    const workspace = await full();
    await sendDueNotices(workspace, nine, effects(failing(true)));
    await sendDueNotices(workspace, nine, effects());
    expect(await subjects(workspace)).toEqual([]);
  });

  test('was about to be sent when its process died is sent by another a minute later', async () => {
    const workspace = await full();
    const hanging = { send: () => new Promise<void>(() => {}) };
    void sendDueNotices(workspace, nine, effects(hanging));
    await expect
      .poll(async () => {
        const [hour] = await Array.fromAsync(counting.counts.query(`WS#${workspace.id}#TURNS`));
        return hour?.['reachedClaimed'];
      })
      .toBe(nine);
    counting.world.now = nine + 30_000;
    await sendDueNotices(workspace, nine, effects());
    expect(await subjects(workspace)).toEqual([]);
    counting.world.now = nine + 61_000;
    await sendDueNotices(workspace, nine, effects());
    expect(await subjects(workspace)).toEqual([reached]);
  });
});
