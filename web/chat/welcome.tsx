import { Mark } from './icons.tsx';

/** What a reader sees before the first question. */
export function Welcome({ title, notice }: { title: string; notice: string | undefined }) {
  return (
    <section class="welcome">
      <Mark />
      <h2>What would you like to know?</h2>
      <p>
        {title} answers from the pages it has read, and shows for each statement where it stands.
      </p>
      {notice && <p class="banner">{notice}</p>}
    </section>
  );
}
