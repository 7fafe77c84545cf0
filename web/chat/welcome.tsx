import type { Greeting } from '../shared/visitor.ts';
import { Mark } from './icons.tsx';

export interface WelcomeProps {
  readonly greeting: Greeting;
  readonly notice: string | undefined;
  readonly onAsk: (question: string) => void;
}

/** What a reader sees before the first question, with questions to begin with. */
export function Welcome({ greeting, notice, onAsk }: WelcomeProps) {
  return (
    <section class="welcome">
      <Mark />
      <h2>What would you like to know?</h2>
      {greeting.intro && (
        <p dir="auto" lang="">
          {greeting.intro}
        </p>
      )}
      {notice && <p class="banner">{notice}</p>}
      {greeting.prompts.length > 0 && (
        <ul class="prompts" aria-label="Questions to begin with">
          {greeting.prompts.map(prompt => (
            <li key={prompt}>
              <button type="button" dir="auto" lang="" onClick={() => onAsk(prompt)}>
                {prompt}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
