import * as z from 'zod';
import type { DocumentId, ModeName } from '../platform/ids.ts';
import { plainName } from '../platform/schema.ts';
import { describedPlan, planChange } from '../scraper/plans/schema.ts';

/** The public name of a mode: it stands in links (`/?mode=NAME`), so nothing in it needs escaping. */
export const modeName = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/,
    'lower-case letters, digits, hyphens and underscores, at most 64, beginning and ending with a letter or digit',
  )
  .transform(text => text as ModeName);

const defaultColours = { color: '#82002d', text_color: '#ffffff' };

/**
 * `#` and six hexadecimal digits, in lower case; the `#` may be left out. Any other text is replaced by the default
 * colour.
 */
const colour = (usual: string) =>
  z
    .string()
    .transform(text => {
      const digits = /^#?([0-9a-f]{6})$/i.exec(text.trim())?.[1];
      return digits === undefined ? usual : `#${digits.toLowerCase()}`;
    })
    .pipe(z.string().regex(/^#[0-9a-f]{6}$/))
    .default(usual);

const words = (longest: number, most: number) => z.array(plainName(longest)).max(most).default([]);

/** A website: its host, or a part of it by its path (`example.org/blog`), or its subdomains (`*.example.org`). */
const sitePattern = z
  .string()
  .trim()
  .toLowerCase()
  .transform(text => text.replace(/^https?:\/\//, '').replace(/\/\*?$/, ''))
  .pipe(
    z
      .string()
      .max(300)
      .regex(
        /^(?:\*|(?:\*\.)?[\p{L}\p{N}][\p{L}\p{N}.-]*(?::\d{1,5})?(?:\/[^\s*]*)?)$/u,
        'a site is a host such as example.org or *.example.org',
      ),
  );
const sites = z.array(sitePattern).max(50).default([]);

/** Of any host: on a laptop, sites have the addresses of machines. */
const webAddress = z.url({ protocol: /^https?$/, error: 'an http:// or https:// address' }).max(2000);

/** How the mode reads construction documents. */
const docIntelligence = z.object({
  enabled: z.boolean().default(false),
  auto_ingest: z.boolean().default(false),
  storage_prefix: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'lower-case letters, digits, hyphens and underscores')
    .default('doc_intel'),
});

/** The settings of an assistant. */
export const modeDraft = z.object({
  name: modeName,
  title: plainName(120).default('Assistant'),
  description: z
    .string()
    .trim()
    .max(4000)
    .default('')
    .describe('whom the assistant serves; visitors may read it'),
  intro: z
    .string()
    .trim()
    .max(1000)
    .default('Ask a question. Answers come with links to where they are from.')
    .describe('the first thing that a visitor reads'),
  prompts: words(200, 12).describe('questions offered as buttons'),
  tags: words(60, 30).describe(
    'subjects: a question may be about one of them, which is then looked for and kept to',
  ),
  instructions: z
    .string()
    .trim()
    .max(8000)
    .default('')
    .describe("the operator's own words to the model; no visitor sees them"),
  model: z
    .enum(['auto', 'small', 'strong'])
    .default('auto')
    .describe(
      'auto: the small model, and the strong one where that can not answer. The free tier has the small one',
    ),
  max_tokens: z.int().min(64).max(4096).default(1024).describe('the longest answer'),
  temperature: z.number().min(0).max(2).optional().describe('for models that have one'),
  history_messages: z
    .int()
    .min(0)
    .max(20)
    .default(6)
    .describe('messages before the question that the model reads in full'),
  always_include: z
    .array(
      z
        .string()
        .min(1)
        .max(512)
        .transform(id => id as DocumentId),
    )
    .max(5)
    .default([])
    .describe('ids of documents that every answer takes into account'),
  preferred_sites: sites.describe('to be relied on first, in this order'),
  blocked_sites: sites.describe('that are never learned, and whose documents are never used'),
  allow_other_sites: z
    .boolean()
    .default(true)
    .describe('false: the preferred sites alone are learned and used, where there are any'),
  blocked_page_urls: z.array(webAddress).max(1000).default([]).describe('pages that are never used'),
  blocked_file_urls: z.array(webAddress).max(1000).default([]).describe('files that are never used'),
  priority_source: z
    .enum(['sites', 'files'])
    .default('sites')
    .describe(
      'relied on where sources differ. files: what the visitor has attached, then the preferred sites; sites: the preferred sites',
    ),
  allow_file_upload: z.boolean().default(false),
  disable_widget_on_mobile: z.boolean().default(false),
  doc_intelligence_enabled: z.boolean().default(false),
  doc_intelligence_settings: docIntelligence.default(docIntelligence.parse({})),
  color: colour(defaultColours.color),
  text_color: colour(defaultColours.text_color),
});
export type ModeDraft = z.input<typeof modeDraft>;

const times = {
  created_at: z.iso.datetime({ offset: true }),
  updated_at: z.iso.datetime({ offset: true }).optional(),
  updated_by: z.string().optional().describe('the key or the member that changed it last'),
};
export const mode = modeDraft.extend(times);
export type Mode = z.output<typeof mode>;

/** How older records say that files come first. */
const prioritizeFiles = { prioritize_files: z.boolean().optional() };

/** The schema without its default: a setting that a change leaves out must stay. */
function withoutDefault(field: z.ZodType): z.ZodType {
  return field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType) : field;
}

const decided = modeDraft.omit({ name: true, temperature: true }).shape;
type Decided = {
  [Field in keyof typeof decided]: z.ZodOptional<
    (typeof decided)[Field] extends z.ZodDefault<infer T> ? T : (typeof decided)[Field]
  >;
};
const optionalFields = Object.fromEntries(
  Object.entries(decided).map(([field, schema]) => [field, withoutDefault(schema).optional()]),
) as Decided;

/** A change of a mode. All settings are optional; the name can not be changed. */
export const modeChange = z.object({
  ...optionalFields,
  ...prioritizeFiles,
  ...planChange.shape,
  temperature: modeDraft.shape.temperature.unwrap().nullable().optional(),
});
export type ModeChange = z.output<typeof modeChange>;

/** A new mode. Only its name is required. */
export const newMode = z.object({
  name: modeName,
  ...optionalFields,
  ...prioritizeFiles,
  ...planChange.shape,
  temperature: modeDraft.shape.temperature,
});
export type NewMode = z.output<typeof newMode>;

/** A mode as the admin API shows it. */
export const describedMode = z.object({
  _id: z.string().describe("the mode's name"),
  ...mode.shape,
  ...describedPlan.shape,
  name: z.string(),
  always_include: z.array(z.string()).describe('ids of documents that every answer takes into account'),
});

/** What a visitor may know of a mode: what its pages show, but not how it answers. */
export const visibleMode = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  intro: z.string(),
  prompts: z.array(z.string()),
  tags: z.array(z.string()),
  allow_file_upload: z.boolean(),
  disable_widget_on_mobile: z.boolean(),
  has_files: z.boolean().describe('it answers from uploaded files'),
  color: z.string(),
  text_color: z.string(),
  doc_intelligence_enabled: z.boolean(),
  doc_intelligence_settings: z.object({
    enabled: z.boolean(),
    auto_ingest: z.boolean(),
    storage_prefix: z.string(),
  }),
});
export type VisibleMode = z.output<typeof visibleMode>;

/** A passage that an answer cites. */
export const source = z.object({
  n: z.int().min(1).describe('the number in the text: `[1]`'),
  id: z.string().describe("the document's id"),
  title: z.string(),
  url: z.string().describe('leads to the passage itself: its heading or the quoted words'),
  excerpt: z.string().max(200),
  score: z.number().describe('ranking score; comparable within one answer only'),
  page: z.int().min(1).optional(),
  heading: z.string().optional(),
});
export type Source = z.output<typeof source>;
