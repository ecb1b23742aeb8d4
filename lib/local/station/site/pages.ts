/** The routes of site vantages on the station's server: who has no key of a vantage does not get his body read. */
import { problemAnswer } from '../../../service/api/answer.ts';
import { problem } from '../../../service/contracts/problem.ts';
import { siteContracts } from '../../../service/contracts/site.ts';
import type { SiteApi } from '../../../service/site/api.ts';
import type { OpenPages } from '../http/open-pages.ts';

const MAX_JOIN_BYTES = 2_000;

export const sitePages =
  (api: SiteApi): OpenPages =>
  async ({ method, path, query, headers, client, readBody }) => {
    if (!api.isOwn(path)) return undefined;
    const refused = await api.refuseHead({ method, path, authorization: headers.authorization });
    if (refused !== undefined) return refused;
    // Who joins has no key yet, so that anybody may send this.
    if (path === siteContracts.joinSite.path && !(Number(headers['content-length']) <= MAX_JOIN_BYTES))
      return problemAnswer(problem('too-large', `a request to join has at most ${MAX_JOIN_BYTES} bytes`));
    const body = await readBody();
    if (body === 'too-large') return problemAnswer(problem('too-large', 'the body is larger than is taken'));
    return api.answer({
      version: '2.0',
      rawPath: path,
      rawQueryString: query,
      headers: {
        'content-type': headers['content-type'] ?? '',
        'accept-encoding': String(headers['accept-encoding'] ?? ''),
        ...(headers.authorization !== undefined && { authorization: headers.authorization }),
      },
      isBase64Encoded: false,
      ...(body.text !== '' && { body: body.text }),
      requestContext: { http: { method, sourceIp: client } },
    });
  };
