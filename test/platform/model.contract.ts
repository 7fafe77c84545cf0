import { describe, expect, it } from 'vitest';
import type { Model } from '../../functions/platform/models/model.ts';
import { request, respond } from '../support/model-requests.ts';

export interface ModelUnderTest {
  readonly model: Model;
  /** Prepares what stands behind the model for the next answer; only a fake needs it. */
  prepare?(answer: 'supported' | 'unsupported' | 'long' | 'slow'): void;
}

/** What every `Model` promises. */
export function modelContract(name: string, subject: () => ModelUnderTest): void {
  const ready = (answer: 'supported' | 'unsupported' | 'long' | 'slow'): Model => {
    const { model, prepare } = subject();
    prepare?.(answer);
    return model;
  };

  describe(`every model: ${name}`, () => {
    it('answers a supported question with text that cites, in more than one piece', async () => {
      const { events, text } = await respond(ready('supported'), request('Who founded the museum?'));
      expect(text).toContain('Ada Thornton');
      expect(text).toContain('[2]');
      expect(events.filter(({ type }) => type === 'text').length).toBeGreaterThan(3);
    });

    it('says so where the passages do not hold the answer, and cites nothing', async () => {
      const { text } = await respond(ready('unsupported'), request('What is the capital of Mongolia?'));
      expect(text).toMatch(/could not find|do not say/);
      expect(text).not.toMatch(/\[\d/);
    });

    it('ends with exactly one end event, after everything else', async () => {
      const { events } = await respond(ready('supported'), request('Who founded the museum?'));
      expect(events.findIndex(({ type }) => type === 'end')).toBe(events.length - 1);
      expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'stop' });
    });

    it('answers without any passage', async () => {
      const { text, end } = await respond(
        ready('unsupported'),
        request('Who founded it?', { passages: [], tools: [] }),
      );
      expect(text).not.toBe('');
      expect(end).toMatchObject({ reason: 'stop' });
    });

    it('stops at maxOutputTokens and says that it was cut', async () => {
      const asked = request('What are the opening hours?', { maxOutputTokens: 16 });
      const full = await respond(ready('long'), request('What are the opening hours?'));
      const { text, end } = await respond(ready('long'), asked);
      expect(end).toMatchObject({ reason: 'length' });
      expect(end?.usage.outputTokens).toBeLessThanOrEqual(16);
      expect(full.text.startsWith(text)).toBe(true);
      expect(text.length).toBeLessThan(full.text.length);
    });

    it('throws the reason of a signal that was aborted before, without an event', async () => {
      const reason = new Error('cancelled');
      await expect(
        respond(ready('supported'), request('Who founded the museum?'), AbortSignal.abort(reason)),
      ).rejects.toBe(reason);
    });

    it('throws the reason of a signal that is aborted in the middle', async () => {
      const controller = new AbortController();
      const reason = new Error('cancelled');
      const events = ready('slow').respond(request('What are the opening hours?'), controller.signal);
      const read = async () => {
        for await (const event of events) if (event.type === 'text') controller.abort(reason);
      };
      await expect(read()).rejects.toBe(reason);
    });

    it('takes any text as question, passage and history', async () => {
      const odd = '\u0000 ]]>"}\\ \ud83d\ude00 [1](x) ![i](http://x) <script> العربية 漢字 '.repeat(20);
      const passages = [{ n: 1, title: odd, url: 'not a url', headings: [odd], text: odd, score: 1 }];
      const input = [
        { role: 'user' as const, text: odd },
        { role: 'assistant' as const, text: odd },
        { role: 'user' as const, text: odd },
      ];
      const { end } = await respond(ready('unsupported'), request('', { input, passages, tools: [] }));
      expect(end).toBeDefined();
    });
  });
}
