import { foldWord } from '../../platform/text/words.ts';
import { foldedWords, type LanguageCode, languageOf } from '../../platform/text/languages.ts';

interface Phrases {
  /** Words that a follow-up question begins with. */
  readonly followUp: string;
  readonly notFound: string;
  /** Introduces a list of what may be asked about. */
  readonly topics: string;
}

/** What is said without a key, in the language of the question. */
const phrases: Readonly<Record<LanguageCode, Phrases>> = {
  en: {
    followUp: 'and or but then also',
    notFound: 'I could not find an answer to this question in the documents that I have learned.',
    topics: 'I answer questions from the documents that I have learned, for example about:',
  },
  de: {
    followUp: 'und oder aber',
    notFound: 'In den Dokumenten, die ich gelernt habe, finde ich darauf keine Antwort.',
    topics: 'Ich beantworte Fragen aus den Dokumenten, die ich gelernt habe, zum Beispiel zu:',
  },
  fr: {
    followUp: 'et ou mais',
    notFound: "Je n'ai pas trouvé de réponse à cette question dans les documents que j'ai appris.",
    topics: "Je réponds aux questions à partir des documents que j'ai appris, par exemple sur :",
  },
  es: {
    followUp: 'y o pero',
    notFound: 'No he encontrado una respuesta a esta pregunta en los documentos que he aprendido.',
    topics: 'Respondo a preguntas con los documentos que he aprendido, por ejemplo sobre:',
  },
  pl: {
    followUp: 'a i ale',
    notFound: 'Nie znalazłem odpowiedzi na to pytanie w dokumentach, które poznałem.',
    topics: 'Odpowiadam na pytania na podstawie dokumentów, które poznałem, na przykład o tym:',
  },
  it: {
    followUp: 'e o ma',
    notFound: 'Non ho trovato una risposta a questa domanda nei documenti che ho appreso.',
    topics: 'Rispondo alle domande con i documenti che ho appreso, per esempio su:',
  },
  pt: {
    followUp: 'e ou mas',
    notFound: 'Não encontrei resposta a esta pergunta nos documentos que aprendi.',
    topics: 'Respondo a perguntas com os documentos que aprendi, por exemplo sobre:',
  },
  nl: {
    followUp: 'en of maar',
    notFound: 'Ik heb in de documenten die ik heb geleerd geen antwoord op deze vraag gevonden.',
    topics: 'Ik beantwoord vragen uit de documenten die ik heb geleerd, bijvoorbeeld over:',
  },
  ru: {
    followUp: 'и а но',
    notFound: 'В изученных мной документах я не нашёл ответа на этот вопрос.',
    topics: 'Я отвечаю на вопросы по изученным документам, например:',
  },
  ar: {
    followUp: 'و أو',
    notFound: 'لم أجد إجابة عن هذا السؤال في المستندات التي تعلمتها.',
    topics: 'أجيب عن الأسئلة من المستندات التي تعلمتها، مثلاً عن:',
  },
  ja: {
    followUp: 'では じゃあ',
    notFound: '学習した文書の中に、この質問への答えは見つかりませんでした。',
    topics: '学習した文書をもとに質問にお答えします。たとえば：',
  },
  zh: {
    followUp: '那 那么',
    notFound: '在我学习过的文档中没有找到这个问题的答案。',
    topics: '我根据学习过的文档回答问题，例如：',
  },
  ko: {
    followUp: '그럼 그리고',
    notFound: '학습한 문서에서 이 질문에 대한 답을 찾지 못했습니다.',
    topics: '학습한 문서를 바탕으로 질문에 답합니다. 예를 들면:',
  },
};

const followUpWords = new Set(
  Object.values(phrases).flatMap(({ followUp }) => followUp.split(' ').map(foldWord)),
);

/** Whether the text begins as a follow-up does: "and on Sunday?". */
export function beginsAsFollowUp(text: string): boolean {
  const [first = '', second] = foldedWords(text);
  return followUpWords.has(first) || (second === 'about' && (first === 'what' || first === 'how'));
}

/** The plain statement, in the language of the question, that the documents do not hold the answer. */
export const notFoundText = (question: string): string => phrases[languageOf(question) ?? 'en'].notFound;

/** What stands above a list of what may be asked about, in the language of the question. */
export const topicsText = (question: string): string => phrases[languageOf(question) ?? 'en'].topics;

/** Every wording of `notFoundText`, for those who count refusals. */
export const notFoundTexts: readonly string[] = Object.values(phrases).map(({ notFound }) => notFound);
