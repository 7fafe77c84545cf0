import { describe, expect, it } from 'vitest';
import { accessibilityViolations } from '../support/browser.ts';
import { saysWords } from '../support/openai-fake.ts';
import { chatOn, expectedOffline } from './chat-page.ts';
import { chatWorld, count } from './chat-world.ts';

const here = chatWorld();

/** The words alone: an excerpt has marks of its own where the page has a table. */
const plain = (text: string) => text.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();

describe('asking a question', () => {
  it('streams an answer whose citations open the page that they cite', async () => {
    const { page, ask, answered, words, problems, foreignRequests } = await here.chat();
    await ask('When can I borrow tools?');
    await answered();
    expect(await words()).toContain('The documents say:');
    const citation = page.locator('a.citation').first();
    const title = (await citation.getAttribute('aria-label'))?.replace(/^Source \d+: /, '') ?? '';
    const [sourcePage] = await Promise.all([page.context().waitForEvent('page'), citation.click()]);
    await sourcePage.waitForLoadState();
    expect(sourcePage.url()).toContain(`${here.world.url}/sample/`);
    const row = page.getByRole('group', { name: 'Sources' }).getByRole('listitem').first();
    expect(await row.getByRole('link').innerText()).toContain(title);
    await row.getByRole('button').click();
    const passage = plain(await row.getByRole('blockquote').innerText());
    expect(plain(await sourcePage.innerText('body'))).toContain(passage.slice(0, 40));
    expect([problems, foreignRequests]).toEqual([[], []]);
  });

  it('shows the answer while it comes, and what happens before', async () => {
    const { page, ask, answered, answerText } = await here.chat();
    const words = count(60).match(/\s*\S+/g) ?? [];
    here.model.next({
      steps: [
        { do: 'wait', ms: 1500 },
        { do: 'text', deltas: words, apartMs: 30 },
      ],
    });
    await ask('When is the tool library open?');
    await page.locator('.activity', { hasText: /Searching the knowledge|Reading \d+ passages/ }).waitFor();
    await answerText.getByText('w5 ').waitFor();
    expect(await answerText.innerText()).not.toContain('w60');
    await answered();
    expect(await answerText.innerText()).toBe(count(60));
  });

  it('offers the questions of the mode to begin with', async () => {
    const { page, answered, words } = await here.chat();
    const offered = page.getByRole('list', { name: 'Questions to begin with' }).getByRole('button').first();
    const question = await offered.innerText();
    await offered.click();
    await answered();
    expect(await page.locator('.question').innerText()).toContain(question);
    expect(await words()).not.toBe('');
  });

  it('says of a question that is too long how much is too much, and cuts and sends nothing of it', async () => {
    const { page, field, answered } = await here.chat();
    const send = page.getByRole('button', { name: 'Send' });
    await field.fill('a'.repeat(8_005));
    await page.getByText('5 characters too many').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await field.press('Enter');
    expect([(await field.inputValue()).length, await send.isDisabled()]).toEqual([8_005, true]);
    await field.fill('a'.repeat(8_000));
    await page.getByText('0 left').waitFor();
    await field.press('Enter');
    await answered();
  });

  it('links its citations while it is on its way', async () => {
    const { ask, answerText, stopButton } = await here.chat();
    here.model.next(saysWords(`It opens at nine [1] and ${count(2_000)}`, 40));
    await ask('When can I borrow tools?');
    const citation = answerText.getByRole('link', { name: /^Source 1: ./ });
    await citation.waitFor();
    expect(await citation.getAttribute('href')).toContain(`${here.world.url}/sample/`);
    await stopButton.click();
  });

  it('stops when told to, and keeps what was said and its sources', async () => {
    const { page, ask, stopButton, words, answerText, field, problems } = await here.chat();
    const text = `It opens at nine [1] ${count(400)}`;
    here.model.next(saysWords(text, 40));
    await ask('When can I borrow tools?');
    await answerText.getByText('w9 ').waitFor();
    await stopButton.click();
    await page.locator('.outcome').getByText('Stopped.').waitFor();
    const said = await words();
    expect(plain(text)).toContain(plain(said).replace('nine1', 'nine 1'));
    const sources = page.getByRole('group', { name: 'Sources' }).getByRole('link');
    expect(await sources.count()).toBe(1);
    expect(await field.evaluate(element => element.matches(':focus'))).toBe(true);
    expect(await here.model.requests.at(-1)?.outcome).toBe('aborted');
    await page.reload();
    await page.locator('.outcome').getByText('Stopped.').waitFor();
    await expect.poll(words).toBe(said);
    expect(await sources.count()).toBe(1);
    expect(problems).toEqual([]);
  });

  it('says why an answer failed, and asks again when told to', async () => {
    const { page, ask, answered, words, problems } = await here.chat();
    here.model.always(() => ({ status: 401, code: 'invalid_api_key' }));
    await ask('When can I borrow tools?');
    const failure = page.locator('.outcome');
    await failure.getByText('The answer failed.').waitFor();
    expect(await failure.locator('bdi').innerText()).toBe(
      'The assistant can not answer at present. Try again later; if it stays so, tell the people who run this site.',
    );
    expect(await accessibilityViolations(page)).toEqual([]);
    here.model.reset();
    await page.getByRole('button', { name: 'Try again' }).click();
    await answered();
    expect(await words()).toContain('The documents say:');
    expect(problems).toEqual([]);
  });
});

describe('an answer goes on', () => {
  it('after a reload in its middle, without a lost or repeated word', async () => {
    const open = await here.chat();
    const { page, ask, answered, words, answerText, problems } = open;
    here.model.next(saysWords(count(120), 30));
    await ask('Count');
    await answerText.getByText('w12 ').waitFor();
    await page.reload();
    await answerText.getByText('w12 ').waitFor();
    await answered();
    expect(await words()).toBe(count(120));
    expect(here.model.requests).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it('after the network was away, without a lost or repeated word', async () => {
    const { page, ask, answered, words, answerText, problems } = await here.chat();
    here.model.next(saysWords(count(150), 40));
    await ask('Count');
    await answerText.getByText('w9 ').waitFor();
    for (const outage of [600, 1500]) {
      await page.context().setOffline(true);
      await page.getByText('You are offline. The answer continues when you are back.').waitFor();
      await page.waitForTimeout(outage);
      await page.context().setOffline(false);
      await page.waitForTimeout(700);
    }
    await answered();
    expect(await words()).toBe(count(150));
    expect(await page.getByText('You are offline').count()).toBe(0);
    expect(problems.filter(problem => !expectedOffline.test(problem))).toEqual([]);
  });

  it('begins again as one whole answer when the process that wrote it is killed', async () => {
    const { ask, answered, words, answerText } = await here.chat();
    here.model.always(() => saysWords(count(100), 30));
    await ask('Count');
    await answerText.getByText('w20 ').waitFor();
    await here.world.kill('ChatApi');
    await answered();
    expect(await words()).toBe(count(100));
  }, 60_000);

  it('with a question that was asked while offline, once it is sent again', async () => {
    const { page, ask, answered } = await here.chat();
    await page.context().setOffline(true);
    await ask('When can I borrow tools?');
    await page.locator('.outcome', { hasText: 'The question was not sent.' }).waitFor();
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await answered();
    expect(await page.getByRole('article').count()).toBe(1);
  });
});

describe('conversations', () => {
  it('keep their answers and sources across a reload, until a new one begins', async () => {
    const { page, ask, answered, words } = await here.chat();
    await ask('When can I borrow tools?');
    await answered();
    const [said, sources] = [await words(), await page.getByRole('group', { name: 'Sources' }).innerText()];
    await page.reload();
    await answered();
    expect([await words(), await page.getByRole('group', { name: 'Sources' }).innerText()]).toEqual([
      said,
      sources,
    ]);
    await page.getByRole('button', { name: 'New conversation' }).click();
    await page.getByRole('heading', { name: 'What would you like to know?' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'What would you like to know?' }).waitFor();
  });

  it('are the same in two tabs, and one tab can begin another', async () => {
    const first = await here.chat();
    await first.ask('When can I borrow tools?');
    await first.answered();
    const second = chatOn({ ...first, page: await first.page.context().newPage() });
    await second.page.goto(here.world.url);
    await second.answered();
    await second.ask('And what else?');
    await second.answered();
    await first.page.getByRole('article').nth(1).getByRole('button', { name: 'Copy answer' }).waitFor();
    expect(await first.words()).toBe(await second.words());
    await second.page.getByRole('button', { name: 'New conversation' }).click();
    await first.page.reload();
    await first.answered();
    expect(await first.page.getByRole('article').count()).toBe(2);
    expect(await accessibilityViolations(first.page)).toEqual([]);
  });

  it('belong to their visitor', async () => {
    const first = await here.chat();
    await first.ask('When can I borrow tools?');
    await first.answered();
    const state = await first.page.context().storageState();
    const name = 'switchboard.thread.default';
    const thread = state.origins[0]?.localStorage.find(item => item.name === name)?.value ?? '';
    const stranger = await here.chat({
      storageState: {
        cookies: [],
        origins: [{ origin: here.world.url, localStorage: [{ name, value: thread }] }],
      },
    });
    await stranger.page.getByText('Your earlier conversation is no longer kept here.').waitFor();
    expect(await stranger.page.getByRole('article').count()).toBe(0);
  });

  it('are refused in words where there is no assistant', async () => {
    const { page } = await here.chat({}, '?mode=nobody');
    await page.getByRole('heading', { name: 'There is no assistant here' }).waitFor();
    expect(await page.getByText('Nobody answers under the name “nobody”.').count()).toBe(1);
    expect(await page.getByRole('textbox').count()).toBe(0);
    await page.getByRole('link', { name: 'own assistant' }).click();
    await page.getByRole('textbox').waitFor();
    expect(new URL(page.url()).search).toBe('');
  });
});
