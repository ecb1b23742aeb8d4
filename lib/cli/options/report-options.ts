import { type Command, Option } from 'commander';
import { REPORT_LANGUAGES } from '../../report/language/report-language.ts';
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
    .addOption(languageOption())
    .option('-v, --verbose', 'show the evidence of endpoints that pass, too');

/** Of the page alone: programs read the other formats, and who reads a terminal reads its English. */
export const languageOption = (): Option =>
  new Option(
    '--lang <language>',
    'language of HTML pages and PDFs; the data inside and all other formats stay as they are (default: en)',
  ).choices(REPORT_LANGUAGES);
