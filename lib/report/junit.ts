import XMLBuilder from 'fast-xml-builder';
import type { EndpointReport } from '../engine/report-schema.ts';
import { lastAttempts } from '../engine/verdict/last-attempts.ts';
import { duration } from '../model/units.ts';
import type { ReportFormat } from './reporter.ts';
import { measuredWithLine } from './words/measured-with.ts';
import { rulesShown } from './words/rules-shown.ts';
import { route, sideWords, stateWord } from './words/terms.ts';
import { visible, visibleLines } from './words/visible.ts';

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

const several = (text: string): string => visibleLines(text).join('\n');

/**
 * Attributes begin with `@`, the text of an element with attributes is `#`. It escapes every value once. XML 1.0 §2.2 allows
 * no controls at all, not even escaped: `visible` shows them by number and leaves none.
 */
const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#',
  format: true,
});

const present = (parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined).join('\n');

/** One line per observation that counted: where from, what was seen, how long it took. */
const observed = (report: EndpointReport): string[] =>
  lastAttempts(report.observations).map((observation) => {
    const { startedAt, summary, timings } = observation;
    return visible(
      `${startedAt} ${route(observation, report.port)}: ${stateWord(observation)}; ${summary} (${duration(timings.total)})`,
    );
  });

/** The text that a CI server shows for an endpoint that is not healthy. */
const details = (report: EndpointReport): string => {
  const rules = rulesShown(report);
  const who = sideWords(report);
  return present([
    visible(report.summary),
    who && `Who acts: ${visible(who)}`,
    report.fix && `Fix: ${several(report.fix)}`,
    report.alsoFound && `Also found: ${report.alsoFound.join(', ')}`,
    ...observed(report),
    rules.further && `Rules: ${visible(rules.further)}`,
    ...rules.shown.map(
      ({ product, rule, find }) =>
        `${visible(product)}:\n${several(rule)}${find === undefined ? '' : `\nTo find the packet:\n${several(find)}`}`,
    ),
  ]);
};

function suite(report: EndpointReport, measured: string | undefined): string {
  const started = report.observations.map(({ startedAt }) => startedAt).sort()[0];
  const longest = Math.max(0, ...report.observations.map(({ timings }) => timings.total));
  const time = seconds(longest);
  const message = `${report.cause ?? report.verdict}: ${visible(report.summary)}`;
  const attributes = { '@message': message, '@type': report.cause ?? report.verdict };
  const outcome = (): Record<string, unknown> => {
    switch (report.verdict) {
      case 'fail':
        return { failure: { ...attributes, '#': details(report) } };
      case 'inconclusive':
        return { error: { ...attributes, '#': details(report) } };
      case 'warn':
        return { 'system-out': `WARNING ${message}\n${details(report)}` };
      case 'pass':
        return { 'system-out': present([visible(report.summary), ...observed(report)]) };
    }
    return report.verdict satisfies never;
  };
  const testsuite = {
    '@name': visible(report.id),
    '@tests': '1',
    '@failures': report.verdict === 'fail' ? '1' : '0',
    '@errors': report.verdict === 'inconclusive' ? '1' : '0',
    '@skipped': '0',
    '@time': time,
    // The usual schemas want a date and time without a zone; it is UTC.
    ...(started !== undefined && { '@timestamp': started.slice(0, 19) }),
    '@hostname': visible(report.host),
    ...(measured !== undefined && {
      properties: { property: { '@name': 'measured-with', '@value': visible(measured) } },
    }),
    testcase: {
      '@classname': visible(report.target),
      '@name': `${visible(report.id)} ${report.expect === 'open' ? 'is reachable' : 'is not reachable'}`,
      '@time': time,
      ...outcome(),
    },
  };
  return builder.build({ testsuite }).replaceAll(/^(?= *<)/gm, '  ');
}

/**
 * JUnit XML as Jenkins, GitLab and GitHub actions read it. One suite of one case for each endpoint, written as soon as it
 * is ready: a suite's counts are in its start tag, so a larger one would have to stay in memory. Inconclusive is an `error`
 * (the test could not be made), a warning passes with its text in `system-out`.
 */
export const junit: ReportFormat = {
  id: 'junit',
  extension: 'xml',
  mediaType: 'application/xml',
  streams: true,
  open() {
    let measured: string | undefined;
    return {
      begin(head) {
        measured = measuredWithLine(head);
        return '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="inbound-check">\n';
      },
      endpoint: (report) => suite(report, measured),
      end: () => '</testsuites>\n',
    };
  },
};
