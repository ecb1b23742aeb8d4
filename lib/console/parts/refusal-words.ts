import type { ApiRefusal } from '../api/reply.ts';

/** A place in the request, as `body.name: ` or `targets[0].check[0].uri: `. Programs know it; no form has such a name. */
const PLACE = /^(?:path|query|body|targets\[\d+\])(?:\.[\w-]+|\[\d+\])*: /;

/** What a refusal says to people. */
export const refusalWords = ({ title, detail }: Pick<ApiRefusal, 'title' | 'detail'>): string =>
  detail.replace(PLACE, '') || title;
