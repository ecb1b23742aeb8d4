import type { Command } from 'commander';
import { collect } from './options.ts';

/** Which reports are written, and where; read by lib/cli/output-plan.ts. */
export const addReportOptions = (command: Command): Command =>
  command
    .option(
      '--format <format>',
      'terminal, json, jsonl, html, pdf, markdown, email, badge, junit, csv or prometheus (repeatable, or with commas)',
      collect,
    )
    .option(
      '-o, --output <path>',
      'a file, whose extension tells the format, or a directory for all formats (repeatable); beside an HTML page its data are written, too, as .json',
      collect,
    )
    .option('-v, --verbose', 'show the evidence of endpoints that pass, too');
