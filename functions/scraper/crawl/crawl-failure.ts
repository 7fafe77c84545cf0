/** The job can not go on. The message tells the person who asked why, and is about something that they can change. */
export class CrawlFailure extends Error {
  override readonly name = 'CrawlFailure';
}
