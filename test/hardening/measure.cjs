/** Preloaded into a command: its peak memory in KiB goes to the file MEASURE_TO. */
'use strict';
const { writeFileSync } = require('node:fs');

process.on('exit', () => writeFileSync(process.env.MEASURE_TO, String(process.resourceUsage().maxRSS)));
