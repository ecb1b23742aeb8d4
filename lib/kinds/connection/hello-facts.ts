import type { HelloSizes } from '../../model/hello-sizes.ts';
import { type Fact, fact } from '../contract/fact.ts';

/** Which sizes of a ClientHello were answered, for the evidence of a report. */
export const helloFacts = (hello: HelloSizes | undefined): Fact[] =>
  hello === undefined
    ? []
    : [
        ...fact('Small ClientHello', `${hello.small} bytes: ${hello.answered ? 'answered' : 'no answer'}`),
        ...fact(
          'Large ClientHello',
          hello.largeAnswered === undefined
            ? undefined
            : `${hello.large} bytes: ${hello.largeAnswered ? 'answered' : 'no answer, twice'}`,
        ),
      ];
