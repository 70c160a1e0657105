import type { Output } from '../host/output.ts';

/** Whose wording, exit statuses and habits an applet follows. */
export type Style = 'busybox' | 'kmod';

/** The options that stand before the applet's name, or their environment variables. */
export interface GlobalOptions {
  /** The state root: `--root`, `KOBOX_ROOT`, or `~/.local/state/kobox`. Absolute. */
  readonly root: string;
  /** `--style`, `KOBOX_STYLE`; undefined: each applet's own default. */
  readonly style: Style | undefined;
  /** `--uid`: 0 has CAP_SYS_MODULE, any other has not. */
  readonly uid: number;
  /** `--init`, `KOBOX_INIT`. */
  readonly init: 'run' | 'skip';
  /** `--budget`, `KOBOX_BUDGET`: instructions that one command's modules may run; undefined: the runner's own limit. */
  readonly budget?: number;
  /** `--strict`, `KOBOX_STRICT=1`: a call of a kernel function without a model is an error. */
  readonly strict: boolean;
  /** `--allow-commands`, `KOBOX_ALLOW_COMMANDS=1`: install and remove lines of modprobe.d may run on the host. */
  readonly allowCommands: boolean;
}

/** What an applet may touch of the world around it. */
export interface AppletContext {
  /** The name it was called by, for messages: `insmod`. */
  readonly name: string;
  /** `argv[0]`, which getopt(3) puts in front of its messages: the name if the program goes by it, else /sbin/NAME. */
  readonly calledAs: string;
  /** The words after the applet's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: () => Uint8Array;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly options: GlobalOptions;
}

/** One command. */
export interface Applet {
  readonly name: string;
  /** Exit status when an InputError or the like ends it; 1 when absent. */
  readonly failure?: number;
  /** Runs the command: its exit status. Raises InputError, or what error-border.ts knows else, for what cannot be used. */
  run(context: AppletContext): Promise<number> | number;
}
