/* Preloaded into a measured program: its peak memory in KiB goes to stderr when it ends. */
if (require('node:worker_threads').isMainThread)
  process.on('exit', () => require('node:fs').writeSync(2, String(process.resourceUsage().maxRSS)));
