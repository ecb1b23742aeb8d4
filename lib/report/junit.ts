import { fragment } from 'xmlbuilder2';
import type { EndpointReport } from '../model/report.ts';
import type { ReportFormat } from './reporter.ts';
import { visible, visibleLines } from './visible.ts';
import { duration, lastAttempts, route, SIDE_WORDS } from './words.ts';

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

/**
 * One line of text for the builder. XML 1.0 §2.2 allows no controls at all, not even escaped; `visible` shows them by
 * number and leaves none. The builder would leave what looks like a reference as it is, and one to an entity that is not
 * defined (`&x;`, `&#0;`) makes the whole file unreadable; `&amp;` is what it leaves, too.
 */
const shown = (text: string): string => visible(text).replaceAll('&', '&amp;');
const several = (text: string): string => visibleLines(text).join('\n').replaceAll('&', '&amp;');

const present = (parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined).join('\n');

/** One line per observation that counted: where from, what was seen, how long it took. */
const observed = (report: EndpointReport): string[] =>
  lastAttempts(report.observations).map((observation) => {
    const { startedAt, state, summary, timings } = observation;
    return shown(
      `${startedAt} ${route(observation, report.port)}: ${state}; ${summary} (${duration(timings.total)})`,
    );
  });

/** The text that a CI server shows for an endpoint that is not healthy. */
const details = (report: EndpointReport): string =>
  present([
    shown(report.summary),
    report.side && `Who acts: ${SIDE_WORDS[report.side]}`,
    report.fix && `Fix: ${several(report.fix)}`,
    report.alsoFound && `Also found: ${report.alsoFound.join(', ')}`,
    ...observed(report),
    ...(report.rules ?? []).map(({ product, rule }) => `${shown(product)}:\n${several(rule)}`),
  ]);

function suite(report: EndpointReport): string {
  const started = report.observations.map(({ startedAt }) => startedAt).sort()[0];
  const longest = Math.max(0, ...report.observations.map(({ timings }) => timings.total));
  const time = seconds(longest);
  const document = fragment();
  const testsuite = document.ele('testsuite', {
    name: shown(report.id),
    tests: '1',
    failures: report.verdict === 'fail' ? '1' : '0',
    errors: report.verdict === 'inconclusive' ? '1' : '0',
    skipped: '0',
    time,
    // The usual schemas take a date and time without zone; it is UTC.
    ...(started !== undefined && { timestamp: started.slice(0, 19) }),
    hostname: shown(report.host),
  });
  const testcase = testsuite.ele('testcase', {
    classname: shown(report.target),
    name: `${shown(report.id)} ${report.expect === 'open' ? 'is reachable' : 'is not reachable'}`,
    time,
  });
  const message = `${report.cause ?? report.verdict}: ${shown(report.summary)}`;
  const attributes = { message, type: report.cause ?? report.verdict };
  switch (report.verdict) {
    case 'fail':
      testcase.ele('failure', attributes).txt(details(report));
      break;
    case 'inconclusive':
      testcase.ele('error', attributes).txt(details(report));
      break;
    case 'warn':
      testcase.ele('system-out').txt(`WARNING ${message}\n${details(report)}`);
      break;
    case 'pass':
      testcase.ele('system-out').txt(present([shown(report.summary), ...observed(report)]));
      break;
    default:
      report.verdict satisfies never;
  }
  return `${document.end({ prettyPrint: true, offset: 1 })}\n`;
}

/**
 * JUnit XML as Jenkins, GitLab and GitHub actions read it. One suite of one case for each endpoint, written as it
 * comes: a suite's counts stand in its start tag, so a larger one would have to be held. Inconclusive is an `error`
 * (the test could not be made), a warning passes with its text in `system-out`.
 */
export const junit: ReportFormat = {
  id: 'junit',
  extension: 'xml',
  mediaType: 'application/xml',
  streams: true,
  open: () => ({
    begin: () => '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="inbound-check">\n',
    endpoint: suite,
    end: () => '</testsuites>\n',
  }),
};
