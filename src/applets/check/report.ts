import { jsonReport } from '../../check/report/json.ts';
import { junitReport } from '../../check/report/junit.ts';
import { sarifReport } from '../../check/report/sarif.ts';
import { exitStatus, summarize } from '../../check/report/summary.ts';
import { summaryText, verdictText } from '../../check/report/text.ts';
import type { Verdict } from '../../check/verdict.ts';
import type { AppletContext } from '../applet.ts';
import type { ParsedWords } from '../command-line/getopt.ts';
import { painterFor } from '../output/painter.ts';

/** Option → the report that a program reads. */
const REPORTS: Readonly<Record<string, (kernel: string, verdicts: readonly Verdict[]) => string>> = {
  json: jsonReport,
  sarif: sarifReport,
  junit: junitReport,
};

/** Writes the answers in the form that was asked for. The exit status. */
export async function writeReport(
  context: AppletContext,
  words: ParsedWords,
  kernel: string,
  verdicts: readonly Verdict[],
): Promise<number> {
  const form = Object.keys(REPORTS).find((name) => words.options[name]);
  if (form !== undefined) context.stdout.write(REPORTS[form]!(kernel, verdicts));
  else await writeText(context, words, kernel, verdicts);
  return exitStatus(summarize(verdicts));
}

async function writeText(
  context: AppletContext,
  words: ParsedWords,
  kernel: string,
  verdicts: readonly Verdict[],
): Promise<void> {
  const paint = await painterFor(context, context.stdout);
  const shown = words.options['quiet'] ? verdicts.filter(({ loads }) => !loads) : verdicts;
  for (const verdict of shown) context.stdout.write(verdictText(verdict, paint));
  context.stdout.write(summaryText(kernel, verdicts));
}
