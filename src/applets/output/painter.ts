import { type Paint, PLAIN } from '../../check/report/text.ts';
import type { Output } from '../../host/output.ts';
import type { AppletContext } from '../applet.ts';

/** Colours for a terminal, unless NO_COLOR; none anywhere else. */
export async function painterFor({ env }: AppletContext, output: Output): Promise<Paint> {
  if (!output.isTTY || env['NO_COLOR']) return PLAIN;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return { good: chalk.green, bad: chalk.red, faint: chalk.dim };
}
