/** Shows lines to the person who started the local world. */
export interface Reporter {
  say(line: string): void;
  warn(line: string): void;
}

export const terminalReporter: Reporter = {
  say: line => void process.stdout.write(`${line}\n`),
  warn: line => void process.stderr.write(`${line}\n`),
};

export const silentReporter: Reporter = { say() {}, warn() {} };
