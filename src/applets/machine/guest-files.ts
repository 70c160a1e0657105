import { resolve } from 'node:path';
import { strerror } from '../../abi/errno.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Module, ModuleParameter } from '../../kernel/module.ts';
import type { Session } from '../../kernel-api/core/session.ts';
import type { AppletContext } from '../applet.ts';
import { toByteString } from '../output/byte-string.ts';
import { changeWithCode } from './guest-change.ts';

/**
 * The path of a word within the emulated machine, without a slash in front: `/dev/hello` and
 * `<state root>/dev/hello` are both `dev/hello`. A byte string.
 */
export function guestPath({ options, cwd }: AppletContext, word: string): string {
  const absolute = resolve(word.startsWith('/') ? '/' : cwd, word);
  const inRoot = absolute.startsWith(`${options.root}/`) ? absolute.slice(options.root.length) : undefined;
  const path = inRoot ?? (word.startsWith('/') ? absolute : resolve('/', word));
  return toByteString(path.slice(1));
}

const PARAMETER = /^sys\/module\/([^/]+)\/parameters\/([^/]+)$/;

/** The parameter of a loaded module whose file a path is. */
export function findParameter(
  kernel: Kernel,
  path: string,
): { readonly module: Module; readonly parameter: ModuleParameter } | undefined {
  const [, name, key] = PARAMETER.exec(path) ?? [];
  const module = kernel.modules.find((each) => each.name === name);
  const parameter = module?.parameters.find((each) => each.name === key && each.permissions !== 0);
  return module && parameter && { module, parameter };
}

/** The words of a negative result of the kernel. */
export function errorWords(result: number): string {
  return strerror(-result);
}

/** Does something as a task in the emulated kernel, this command's unless `comm` names another. Raises what the change raises. */
export function inKernel<T>(context: AppletContext, work: (session: Session) => T, comm = context.name): Promise<T> {
  return changeWithCode(context, (kernel, runner) => {
    kernel.current = { ...kernel.current, comm };
    return runner.run(kernel, work);
  });
}
