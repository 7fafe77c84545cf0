import { expect, it } from 'vitest';
import { historyAsInput } from '../../functions/assistant/history.ts';

const user = (text: string) => ({ role: 'user' as const, text });
const assistant = (text: string) => ({ role: 'assistant' as const, text });

it('keeps a conversation as it was', () => {
  const history = [user('Hello'), assistant('Hi'), user('Open?'), assistant('Yes.')];
  expect(historyAsInput(history)).toEqual(history);
});

it('begins with a user and ends with an answer, whatever window of the thread it was given', () => {
  expect(historyAsInput([assistant('Hi'), user('Open?'), assistant('Yes.')])).toEqual([
    user('Open?'),
    assistant('Yes.'),
  ]);
  expect(historyAsInput([user('Open?'), assistant('Yes.'), user('cancelled')])).toEqual([
    user('Open?'),
    assistant('Yes.'),
  ]);
  expect(historyAsInput([assistant('Hi')])).toEqual([]);
});

it('keeps the last of several questions in a row: the others were cancelled', () => {
  expect(historyAsInput([user('a'), user('b'), assistant('answer to b')])).toEqual([
    user('b'),
    assistant('answer to b'),
  ]);
});

it('takes the numbers of old citations out of answers, and nothing else', () => {
  expect(
    historyAsInput([user('a [1]'), assistant('Open daily [1][12]. See [2](https://x.example).')]),
  ).toEqual([user('a [1]'), assistant('Open daily. See [2](https://x.example).')]);
});

it('drops blank messages and cuts long ones', () => {
  const input = historyAsInput([user('x'.repeat(9000)), assistant('ok'), user(' '), assistant('')]);
  expect(input.map(item => ('text' in item ? item.text.length : 0))).toEqual([4000, 2]);
});
