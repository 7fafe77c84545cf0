/** Characters of a question on this page; the server takes more, for programs. */
export const questionLength = 4000;
