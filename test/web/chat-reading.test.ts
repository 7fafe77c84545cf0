import { describe, expect, it } from 'vitest';
import { accessibilityViolations } from '../support/browser.ts';
import { saysWords } from '../support/openai-fake.ts';
import { onPhone } from './chat-page.ts';
import { chatWorld, count } from './chat-world.ts';

const here = chatWorld();

describe('what an answer may have in it', () => {
  it('is never run, never fetched and never leads to script', async () => {
    const { page, ask, answered, answerText, problems, foreignRequests } = await here.chat();
    const dialogs: string[] = [];
    page.on('dialog', dialog => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    here.model.next(
      saysWords(
        `Hello <script>alert(1)</script> <img src=x onerror="alert(2)"> ![pixel](https://evil.example/p.png)
        [press](javascript:alert(3)) [data](data:text/html,<script>alert(4)</script>) <iframe src="https://evil.example"></iframe>
        <a href="javascript:alert(5)">a</a> <style>body { display: none }</style> <svg onload=alert(6)></svg>
        [fine](https://example.org/page "x\\" onmouseover=\\"alert(7)")`.replaceAll(/\n\s+/g, '\n\n'),
      ),
    );
    await ask('Attack');
    await answered();
    for (const word of ['press', 'data', 'a'])
      expect(await answerText.getByRole('link', { name: word, exact: true }).count()).toBe(0);
    const fine = answerText.getByRole('link', { name: 'fine (example.org)' });
    expect(await fine.getAttribute('rel')).toBe('noopener noreferrer');
    await fine.hover();
    expect(await answerText.locator('script, img, iframe, style, svg, object, form').count()).toBe(0);
    expect([dialogs, foreignRequests, problems]).toEqual([[], [], []]);
  });

  it('can not bring script in past the policy of the page either', async () => {
    const { page } = await here.chat();
    const policy = await page.getAttribute('meta[http-equiv="Content-Security-Policy"]', 'content');
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe|data:|\*/);
    await expect(page.evaluate("document.body.innerHTML = '<b>x</b>'")).rejects.toThrow('TrustedHTML');
    expect(await page.locator('script:not([src]), style').count()).toBe(0);
  });
});

describe('reading', () => {
  it('stays where the reader is, and follows the end when the reader is there', async () => {
    const { page, ask, answered, answerText } = await here.chat();
    here.model.next(
      saysWords(Array.from({ length: 40 }, (_, index) => `Paragraph ${index}.\n\n`).join(' '), 20),
    );
    await ask('At length');
    await answerText.getByText('Paragraph 25.').waitFor();
    const scroller = page.getByRole('main');
    const gap = () =>
      scroller.evaluate(element => element.scrollHeight - element.clientHeight - element.scrollTop);
    expect(await gap()).toBeLessThan(60);
    await scroller.hover();
    await page.mouse.wheel(0, -400);
    await page.waitForTimeout(200);
    const place = await scroller.evaluate(element => element.scrollTop);
    await answered();
    expect(await scroller.evaluate(element => element.scrollTop)).toBe(place);
    await page.getByRole('button', { name: 'Latest' }).click();
    await expect.poll(gap).toBeLessThan(60);
    expect(await page.getByRole('button', { name: 'Latest' }).count()).toBe(0);
  });

  it('stays where a reader goes who moves slowly, or by keys, while the answer comes', async () => {
    const { page, ask, answerText, field } = await here.chat({ viewport: { width: 1280, height: 500 } });
    // Long enough to be under way until the test stops it, on a busy machine too.
    here.model.next(
      saysWords(Array.from({ length: 2_000 }, (_, index) => `Paragraph ${index}.\n\n`).join(' '), 20),
    );
    await ask('At length');
    await answerText.getByText('Paragraph 25.').waitFor();
    const scroller = page.getByRole('main');
    const top = () => scroller.evaluate(element => element.scrollTop);
    await scroller.hover();
    for (let step = 0; step < 3; step += 1) {
      await page.mouse.wheel(0, -10);
      await page.waitForTimeout(150);
    }
    const place = await top();
    await page.waitForTimeout(500);
    expect(await top()).toBe(place);
    await page.getByRole('button', { name: 'Latest' }).click();
    await page.getByRole('button', { name: 'Latest' }).waitFor({ state: 'detached' });
    expect(await field.evaluate(element => element.matches(':focus'))).toBe(false);
    await field.focus();
    const before = await top();
    await field.press('PageUp');
    await expect.poll(top).toBeLessThan(before - 200);
    const turned = await top();
    await page.waitForTimeout(500);
    expect(await top()).toBe(turned);
    await scroller.focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(top).toBeLessThan(turned);
    await page.getByRole('button', { name: 'Stop answering' }).click();
  });

  it('finds each citation on the line of the word that it stands at, however wide the window is', async () => {
    const { page, ask, answered, answerText } = await here.chat();
    here.model.next(saysWords('- Tool library only: A month £5, A year £50 [1]\n- Both of them: £90 [1]'));
    await ask('How much?');
    await answered();
    const citations = answerText.locator('.citation');
    expect(await citations.count()).toBe(2);
    const strayed = () =>
      citations.evaluateAll(found =>
        found.flatMap(citation => {
          const word = citation.previousSibling;
          if (!word) return ['a citation at no word'];
          const range = citation.ownerDocument.createRange();
          range.selectNodeContents(word);
          return citation.getBoundingClientRect().top < range.getBoundingClientRect().bottom - 4
            ? []
            : [word.textContent];
        }),
      );
    for (let width = 320; width <= 480; width += 5) {
      await page.setViewportSize({ width, height: 700 });
      expect(await strayed(), `${width} px`).toEqual([]);
    }
  });

  it('tells a screen reader the answer once it is whole', async () => {
    const { page, ask, answered } = await here.chat();
    here.model.next(saysWords('It is **open** every day. [1]', 30));
    await ask('When?');
    await answered();
    const spoken = page.getByRole('status').filter({ hasText: 'It is open every day.' });
    await spoken.waitFor({ state: 'attached' });
    expect(
      await page.locator('[aria-live] .markdown, [role=log] .markdown, [role=status] .markdown').count(),
    ).toBe(0);
  });

  it('copies the answer with its sources', async () => {
    const { page, ask, answered } = await here.chat({ permissions: ['clipboard-read', 'clipboard-write'] });
    await ask('When can I borrow tools?');
    await answered();
    await page.getByRole('button', { name: 'Copy answer' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(
      new RegExp(`The documents say: [^]+\\n\\n\\[1\\] .+ ${here.world.url}/sample/`),
    );
  });
});

describe('the page', () => {
  it('works by keyboard alone', async () => {
    const { page, answered, answerText, problems } = await here.chat();
    const focused = () =>
      page.evaluate<string>('document.activeElement.textContent || document.activeElement.id');
    expect(await focused()).toBe('question');
    const skip = page.getByRole('link', { name: 'Skip to the question field' });
    for (let step = 0; step < 30 && !(await skip.evaluate(link => link.matches(':focus'))); step += 1)
      await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('question');
    here.model.next(saysWords(count(300), 40));
    await page.keyboard.type('First line');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('second line');
    await page.keyboard.press('Enter');
    await answerText.getByText('w3 ').waitFor();
    expect(await page.locator('.question p').innerText()).toBe('First line\nsecond line');
    await page.keyboard.press('Escape');
    await page.locator('.outcome', { hasText: 'Stopped' }).waitFor();
    await page.keyboard.type('When can I borrow tools?');
    await page.keyboard.press('Enter');
    await answered();
    for (let step = 0; step < 30 && !(await focused()).match(/^\d+$/); step += 1)
      await page.keyboard.press('Shift+Tab');
    const [sourcePage] = await Promise.all([
      page.context().waitForEvent('page'),
      page.keyboard.press('Enter'),
    ]);
    expect(sourcePage.url()).toContain('/sample/');
    expect(problems).toEqual([]);
  });

  it('does not send while an input method composes, nor what is blank', async () => {
    const { page, field } = await here.chat();
    await field.fill('にほん');
    await field.dispatchEvent('keydown', { key: 'Enter', isComposing: true });
    await field.fill('   ');
    await field.press('Enter');
    expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    expect(await page.getByRole('article').count()).toBe(0);
  });

  it('grows its field with the text, up to a limit', async () => {
    const { field } = await here.chat();
    const height = () => field.evaluate(element => element.clientHeight);
    const one = await height();
    await field.fill('a\nb\nc');
    await expect.poll(height).toBeGreaterThan(one * 1.8);
    const three = await height();
    await field.fill('a\n'.repeat(60));
    await expect.poll(height).toBeGreaterThan(three);
    expect(await height()).toBeLessThan(260);
    await field.fill('');
    await expect.poll(height).toBe(one);
  });

  it.each([
    ['on a desk, light', { colorScheme: 'light' }],
    ['on a desk, dark', { colorScheme: 'dark' }],
    ['on a phone, light', { ...onPhone, colorScheme: 'light' }],
    ['on a phone, dark', { ...onPhone, colorScheme: 'dark' }],
  ] as const)('is accessible and fits %s', async (_, options) => {
    const { page, ask, answered, field, problems } = await here.chat(options);
    await page.getByRole('heading', { name: 'What would you like to know?' }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    here.model.next(
      saysWords(
        `# Title\n\nIt is **open** [1], see [there](https://example.org/a-rather-long-address/that-goes-on).\n\n- one\n- two\n\n\`\`\`\n${'wide '.repeat(60)}\n\`\`\`\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n> said`,
      ),
    );
    await ask('Everything');
    await answered();
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(await field.isVisible()).toBe(true);
    const background = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const brightness = Math.max(...(background.match(/\d+/g) ?? []).slice(0, 3).map(Number));
    expect(brightness < 80).toBe(options.colorScheme === 'dark');
    if ('hasTouch' in options) {
      const small = await page
        .getByRole('button')
        .evaluateAll(buttons =>
          buttons
            .filter(button => button.getBoundingClientRect().height < 36)
            .map(button => button.outerHTML),
        );
      expect(small).toEqual([]);
    }
    expect(problems).toEqual([]);
  });
});
