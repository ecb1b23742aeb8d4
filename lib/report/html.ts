import { createHash } from 'node:crypto';
import { Eta } from 'eta/core';
import type { EndpointReport } from '../model/report.ts';
import { css } from './html/css.ts';
import { templates } from './html/templates.ts';
import { pageView } from './html/view.ts';
import type { ReportFormat } from './reporter.ts';

/** No script, image, font or request of any kind; one style sheet, known by its hash. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(css).digest('base64')}'; base-uri 'none'; form-action 'none'`;

const createEngine = (): Eta => {
  const eta = new Eta({ autoEscape: true });
  for (const [name, template] of Object.entries(templates)) eta.loadTemplate(name, template);
  return eta;
};

/** A page that stands alone: it can be mailed, printed and opened without a network. */
export const html: ReportFormat = {
  id: 'html',
  extension: 'html',
  mediaType: 'text/html; charset=utf-8',
  streams: false,
  open() {
    const endpoints: EndpointReport[] = [];
    return {
      begin: () => '',
      endpoint(report) {
        endpoints.push(report);
        return '';
      },
      end: (tail) => createEngine().render('@page', { ...pageView(tail, endpoints), css, policy }),
    };
  },
};
