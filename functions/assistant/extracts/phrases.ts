import { foldWord } from '../../platform/text/words.ts';
import { foldedWords, type LanguageCode, languageOf } from '../../platform/text/languages.ts';

interface Phrases {
  /** Words that a follow-up question begins with. */
  readonly followUp: string;
  readonly notFound: string;
  /** Follows an answer without sources while the index is being rebuilt. */
  readonly rebuilding: string;
  /** Introduces a list of what may be asked about. */
  readonly topics: string;
}

/** What is said without a key, in the language of the question. */
const phrases: Readonly<Record<LanguageCode, Phrases>> = {
  en: {
    followUp: 'and or but then also',
    notFound: 'I could not find an answer to this question in the documents that I have learned.',
    rebuilding:
      'The knowledge of this website is being rebuilt at the moment, so answers are missing. Please ask again in a while.',
    topics: 'I answer questions from the documents that I have learned, for example about:',
  },
  de: {
    followUp: 'und oder aber',
    notFound: 'In den Dokumenten, die ich gelernt habe, finde ich darauf keine Antwort.',
    rebuilding:
      'Das Wissen dieser Website wird gerade neu aufgebaut, deshalb fehlen Antworten. Bitte fragen Sie in einer Weile noch einmal.',
    topics: 'Ich beantworte Fragen aus den Dokumenten, die ich gelernt habe, zum Beispiel zu:',
  },
  fr: {
    followUp: 'et ou mais',
    notFound: "Je n'ai pas trouvé de réponse à cette question dans les documents que j'ai appris.",
    rebuilding:
      'Les connaissances de ce site sont en cours de reconstruction, des réponses manquent donc. Veuillez reposer votre question dans un moment.',
    topics: "Je réponds aux questions à partir des documents que j'ai appris, par exemple sur :",
  },
  es: {
    followUp: 'y o pero',
    notFound: 'No he encontrado una respuesta a esta pregunta en los documentos que he aprendido.',
    rebuilding:
      'El conocimiento de este sitio se está reconstruyendo en este momento, por eso faltan respuestas. Pregunte de nuevo dentro de un rato.',
    topics: 'Respondo a preguntas con los documentos que he aprendido, por ejemplo sobre:',
  },
  pl: {
    followUp: 'a i ale',
    notFound: 'Nie znalazłem odpowiedzi na to pytanie w dokumentach, które poznałem.',
    rebuilding:
      'Wiedza tej strony jest właśnie odbudowywana, dlatego brakuje odpowiedzi. Proszę zapytać ponownie za jakiś czas.',
    topics: 'Odpowiadam na pytania na podstawie dokumentów, które poznałem, na przykład o tym:',
  },
  it: {
    followUp: 'e o ma',
    notFound: 'Non ho trovato una risposta a questa domanda nei documenti che ho appreso.',
    rebuilding:
      'Le conoscenze di questo sito sono in fase di ricostruzione, perciò mancano delle risposte. Chieda di nuovo tra poco.',
    topics: 'Rispondo alle domande con i documenti che ho appreso, per esempio su:',
  },
  pt: {
    followUp: 'e ou mas',
    notFound: 'Não encontrei resposta a esta pergunta nos documentos que aprendi.',
    rebuilding:
      'O conhecimento deste site está a ser reconstruído neste momento, por isso faltam respostas. Pergunte de novo daqui a pouco.',
    topics: 'Respondo a perguntas com os documentos que aprendi, por exemplo sobre:',
  },
  nl: {
    followUp: 'en of maar',
    notFound: 'Ik heb in de documenten die ik heb geleerd geen antwoord op deze vraag gevonden.',
    rebuilding:
      'De kennis van deze website wordt op dit moment opnieuw opgebouwd, daarom ontbreken er antwoorden. Stel uw vraag straks nog eens.',
    topics: 'Ik beantwoord vragen uit de documenten die ik heb geleerd, bijvoorbeeld over:',
  },
  ru: {
    followUp: 'и а но',
    notFound: 'В изученных мной документах я не нашёл ответа на этот вопрос.',
    rebuilding:
      'Знания этого сайта сейчас восстанавливаются, поэтому часть ответов отсутствует. Пожалуйста, спросите ещё раз немного позже.',
    topics: 'Я отвечаю на вопросы по изученным документам, например:',
  },
  ar: {
    followUp: 'و أو',
    notFound: 'لم أجد إجابة عن هذا السؤال في المستندات التي تعلمتها.',
    rebuilding: 'تجري الآن إعادة بناء معرفة هذا الموقع، ولذلك تنقص إجابات. يرجى السؤال مرة أخرى بعد قليل.',
    topics: 'أجيب عن الأسئلة من المستندات التي تعلمتها، مثلاً عن:',
  },
  ja: {
    followUp: 'では じゃあ',
    notFound: '学習した文書の中に、この質問への答えは見つかりませんでした。',
    rebuilding:
      'このサイトの知識は現在再構築中のため、回答できないことがあります。しばらくしてからもう一度お尋ねください。',
    topics: '学習した文書をもとに質問にお答えします。たとえば：',
  },
  zh: {
    followUp: '那 那么',
    notFound: '在我学习过的文档中没有找到这个问题的答案。',
    rebuilding: '本网站的知识正在重建，因此暂时缺少部分答案。请稍后再问。',
    topics: '我根据学习过的文档回答问题，例如：',
  },
  ko: {
    followUp: '그럼 그리고',
    notFound: '학습한 문서에서 이 질문에 대한 답을 찾지 못했습니다.',
    rebuilding:
      '이 사이트의 지식을 현재 다시 구축하고 있어 일부 답변이 없습니다. 잠시 후 다시 질문해 주세요.',
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

/** Every wording of `notFoundText`, for code that counts refusals. */
export const notFoundTexts: readonly string[] = Object.values(phrases).map(({ notFound }) => notFound);

/** Says, in the language of the question, that answers are missing because the knowledge is being rebuilt. */
export const rebuildingText = (question: string): string => phrases[languageOf(question) ?? 'en'].rebuilding;
