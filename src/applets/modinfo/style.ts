import type { AppletContext } from '../applet.ts';

/** modinfo in one style: its exit status. */
export type ModinfoStyle = (context: AppletContext) => Promise<number>;
