import { catalogue, sentences } from '../contract/sentences.ts';

export const caaCatalogue = catalogue('caa', {
  forbids:
    'The CAA records of {at} let {allowed} issue certificates for {name}, and not {issuer}: missing is {at}. CAA 0 issue "{issuer}".',
  forbidsAll:
    'The CAA records of {at} let nobody issue certificates for {name}: missing is {at}. CAA 0 issue "{issuer}".',
  critical:
    'The CAA records of {at} have the critical property {tag}, which authorities do not know: {issuer} may not issue for {name}.',
  limited:
    'The CAA records of {at} let {issuer} issue certificates for {name} only {limits}: the ACME client has to be that one.',
  eitherLimit: '{,first} or {last}',
  forAccount: 'for the account {account}',
  byMethods: 'by {methods}',
  forAccountByMethods: 'for the account {account} by {methods}',
  noAnswer:
    'The question for the CAA records of {at} ends with {code}: without an answer {issuer} may not issue for {name}.',
});

export const caaSentence = sentences(caaCatalogue);
