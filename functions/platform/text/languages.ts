import { foldWord, wordsOf } from './words.ts';

/** Words that stand in any text of the language, whatever it is about. */
const commonWords = {
  en: `a about above according anywhere somewhere somebody anybody everybody nobody actually after again all also although am an and another any anyone anything are as ask at back be because
      been before being between both but by can could did do does doing done during each either else ever every exactly few find for from
      further get give go goes going had happen happens has have having he her here hers him his how i if in information into is it its itself just kind know let like
      many may me might mine more most much must my name need no nor not now of off often on once one only or other our out over own
      own per please shall she should show so some someone something such take takes tell than that the their them then there these they thing this
      those through to too type under until up upon us use used very want was way we were what whats when where which while who whom whose
      why will with within without would yes yet you your`,
  de: `aber alle als am an auch auf aus bei bin bis bitte da das dass dein dem den der des die dies diese dieser du durch ein eine einem
      einen einer eines er es etwas euch euer fur gegen gibt habe haben hat hatte hier ich ihr ihre im in ist ja kann kein keine konnen
      konnte man mein mir mit muss nach nicht noch nur ob oder ohne sehr sein seine sich sie sind so soll uber um und uns unser
      unter viel viele vom von vor wann war warum was weil welche welchem welchen welcher welches wenn wer werden wie wir wird wo woher wohin
      wurde wurden zu zum zur`,
  fr: `a ai au aux avec ce ces cet cette combien comme comment dans de des donc du elle elles en est et etait etes eu fait il ils je la le
      les leur leurs lui ma mais me mes moi mon ne nos notre nous on ont ou par pas peut plus pour pourquoi qu quand que quel quelle
      quelles quels qui quoi sa sans se ses si son sont sur ta te tes toi ton tous tout tu un une vos votre vous y`,
  es: `a al algo como con cual cuales cuando cuanta cuantas cuanto cuantos de del desde donde el ella ellas ellos en entre era es esa ese
      eso esta este esto estos fue fueron ha han hay la las le les lo los mas me mi muy no nos nuestro o para pero por porque puede
      puedo que quien quienes se ser si sin sobre son su sus te tiene tienen tu un una unas uno unos y ya yo`,
  pl: `a albo ale bardzo bez bo byc byl byla bylo byly co czy dla do gdzie go i ich ile im jak jaka jaki jakie jako jego jej jest jestem
      juz kiedy kim kto ktora ktore ktory ma maja moge moze mozna na nad nie o od on ona one oni oraz po pod poniewaz prosze przed przez przy sa
      sie skad ta tak tam te tego tej ten to tu tylko tym u w we wiec z za ze`,
  it: `a al alla anche che chi ci come con cosa cui da dal dalla dei del della delle di dove e ed era essere fu gli ha hanno ho i il in io
      la le lei lo loro lui ma mi nel nella no noi non o per perche piu puo qual quale quali quando quanta quante quanti quanto quello
      questo sei si siamo sono su sua sul sulla suo ti tra tu un una uno vi voi`,
  pt: `a ao aos as com como da das de do dos e ela ele eles em entre era essa esse esta este eu foi foram ha isso mais mas me na nao nas
      no nos o onde os ou para pela pelo por porque qual quais quando quanta quantas quanto quantos que quem se sem ser seu seus sua
      suas sao tem um uma uns voce`,
  nl: `aan al alle als bij dan dat de deze die dit door een en er geen haar had heb heeft hem het hier hij hoe hoeveel hun ik in is ja je
      kan kunnen maar me meer men met mij mijn na naar niet nog nu of om onder ons onze ook op over te tegen tot uit van veel voor waar waarom
      wanneer waren was wat we wel welk welke werd wie wij worden wordt zal ze zich zij zijn zo`,
  ru: `а без более бы был была были было быть в вам вас ваш ваши во вот все всё вы где да для до его ее её если есть еще ещё же за и из или им их
      к как какая какие какого какой каком когда которая которые который кто куда ли меня мне могу можно мой мы на над нам нас наш не него нет но
      о об он она они оно от по под почему при с сколько со так там то того тоже только тот у уже что чтобы эта эти это этот я`,
  ar: `ما ماذا من متى أين اين كيف كم هل هو هي هم في على إلى الى عن مع هذا هذه ذلك تلك التي الذي أو او و أن ان كان لماذا لي لكم عند أي اي`,
  ja: `の は が を に で と も から まで へ や か です ます ました でし ない ある あり いる する し た て この その どの どこ いつ 何 なに なん だれ 誰
      なぜ どう いくら いくつ 時 ください あります ありますか ですか`,
  zh: '的 是 在 了 和 有 吗 呢 吧 我 你 您 他 她 它 我们 你们 这 那 哪 哪里 哪儿 什么 怎么 怎样 多少 几 为什么 谁 请问 可以 能 要 会 与 或 也 都',
  ko: '은 는 이 가 을 를 에 에서 의 와 과 도 어디 언제 누구 무엇 뭐 왜 어떻게 얼마 몇 있나요 있습니까 인가요 입니까 무엇인가요 어디에 있어요',
} as const;

/** The languages whose common words are known. */
export type LanguageCode = keyof typeof commonWords;

const commonBy = new Map(
  Object.entries(commonWords).map(([code, words]) => [
    code as LanguageCode,
    new Set(words.trim().split(/\s+/).map(foldWord)),
  ]),
);

/** Scripts that leave no doubt, or little. */
const scripts: readonly (readonly [LanguageCode, RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['zh', /\p{Script=Han}/u],
  ['ko', /\p{Script=Hangul}/u],
  ['ar', /\p{Script=Arabic}/u],
  ['ru', /\p{Script=Cyrillic}/u],
];

/** The words of a text as it has them, without case and accents. */
export const foldedWords = (text: string): string[] =>
  wordsOf(text).map(({ start, end }) => foldWord(text.slice(start, end)));

/** The language of a text: the one with most common words in it, else by its script; undefined when neither tells. */
export function languageOf(text: string): LanguageCode | undefined {
  const byScript = scripts.find(([, script]) => script.test(text));
  if (byScript) return byScript[0];
  const words = foldedWords(text);
  let best: { code: LanguageCode; hits: number } | undefined;
  for (const [code, common] of commonBy) {
    const hits = words.filter(word => common.has(word)).length;
    if (hits > (best?.hits ?? 0)) best = { code, hits };
  }
  return best?.code;
}

/** Whether the word is common in the language (English when it is not known), or what an apostrophe left over. */
export function isCommon(word: string, language: LanguageCode | undefined): boolean {
  const folded = foldWord(word);
  return /^[a-z]$/.test(folded) || (commonBy.get(language ?? 'en')?.has(folded) ?? false);
}
