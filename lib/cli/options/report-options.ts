import type { Command } from 'commander';
import { collect } from './collect.ts';

/** Which reports are written, and where; read by lib/cli/output/output-plan.ts. */
export const addReportOptions = (command: Command): Command =>
  command
    .option(
      '--format <format>',
      'terminal, json, jsonl, html, pdf, markdown, email, badge, junit, csv or prometheus (repeatable, or with commas)',
      collect,
    )
    .option(
      '-o, --output <path>',
      'a file, whose extension tells the format, or a directory for all formats (repeatable); an HTML page gets its data as a .json file of the same name',
      collect,
    )
    .option('-v, --verbose', 'show the evidence of endpoints that pass, too');
