import { catalogue, sentences } from '../contract/sentences.ts';

/** What is said in addition to a fault, or in place of one: about an endpoint from all vantages, and about a whole run. */
export const verdictCatalogue = catalogue('verdict', {
  /** A sentence that lacks its full stop. */
  said: '{said}.',
  /** A sentence that came without a key. */
  words: '{words}',
  was: '{endpoint} was {state}.',
  notReachable: 'Not reachable, as wanted: {seen}',
  recommended: 'Recommended, not required, so this is a warning.',

  /** `details`: phrases that follow each other without a space. */
  seenFrom: 'Seen from {vantage} on {time}{+details}.',
  seenFromAt: 'Seen from {vantage} at {address} port {port} on {time}{+details}.',
  vantage: '{vantage}',
  vantageWithSource: '{vantage} (source {source})',
  vantageWithSourcePort: '{vantage} (source {source}, port {port})',
  vantageSeenAs: '{vantage} (seen as {source} by a reflector)',
  attemptsFailed: ', {failures} of {attempts} attempts failed',
  attemptsAnswered: ', {failures} of {attempts} attempts got an answer',
  lastSent: '; last sent "{sent}"',
  lastReceived: '; last received "{received}"',
  lastWords: '; last sent "{sent}", last received "{received}"',
  control: '; our control {control} answered at {time}',

  disagreed: 'Attempts from {vantage} disagreed: {failures} of {attempts} failed.',
  disagreedAt: 'Attempts at {address} from {vantage} disagreed: {failures} of {attempts} failed.',
  notRepeated: 'The failure from {vantage} did not repeat: failed on {failed}, answered on {passed}.',
  notRepeatedAt:
    'The failure at {address} from {vantage} did not repeat: failed on {failed}, answered on {passed}.',

  overFamily: 'IPv{family}: {said}',
  noVantageCounts: 'No vantage counts: {vantages}.',
  notCounted: 'Not counted: {vantages}.',
  oneVantage: 'Seen from one vantage only.',
  oneVantageNamed: 'Seen from one vantage only ({vantages}).',
  twoVantages: 'Seen from two vantages only ({vantages}), too few to judge for the whole internet.',
  reachableFromAll: 'Reachable from all {count} vantages that count ({vantages}).',
  notReachableFromAll: 'Not reachable from all {count} vantages that count ({vantages}).',
  sameFromAll: 'The same from all {count} vantages that count ({vantages}).',
  /** Vantages whose word decides nothing here; `where`: their position. */
  besideReach: 'From {vantages} ({where}) it answers, which says nothing about the internet.',
  besideFail:
    'From {vantages} ({where}) it does not answer as it should, which says nothing about the internet.',
  besideReachClosed: 'It answers {vantages} ({where}), which is no exposure to the internet.',
  besideClosed: 'It does not answer {vantages} ({where}), which says nothing about the internet.',
  besideSilent: '{vantages} ({where}) gave nothing that counts.',
  inside: 'inside',
  onAllowList: 'on the allow-list',
  onInternet: 'on the internet',
  noPosition: 'no position set',
  outlier:
    'Fails from {failing} alone and passes from {passing}: an outlier, its own network or a block of its region.',
  fromSome: 'Partial: passes from {passing}, fails from {failing}, as with an allow-list or a geo-block.',
  openToSome: 'Open from {failing}, closed from {passing}: one vantage that gets in is enough.',
  certificatesDiffer:
    'The leaf certificate of {address} differs between vantages (SHA-256 {leaves}): TLS interception near one of them, or a server with several certificates.',
  leaf: '{fingerprint}… from {vantages}',

  nothingChecked: 'Nothing was checked{+cut}.',
  run: '{opening}: {endpoints} checked{from}: {,parts}{+cut}.',
  /** `found`: phrases of `ofHost`, and `more`. */
  runFailed: '{found}. {^endpoints} checked{from}: {,parts}{+cut}.',
  runNamed: '{opening}: {found}. {^endpoints} checked{from}: {,parts}{+cut}.',
  /** `ports`: `onePort` or `manyPorts`. */
  runProven: 'Proven end to end: {ports}. {^endpoints} checked{from}: {,parts}{+cut}.',
  /** Weaker: it rests on the person who reads. */
  runReadBack: 'Read back: {ports}. {^endpoints} checked{from}: {,parts}{+cut}.',
  someReadBack: '{count} of {ports} read back',
  wordsRight: 'Read back: the words that were sent to this port were read at the other end.',
  wordsWrong:
    'Not read back: the words that were typed were not sent in this run; they are of an older run, or one was misheard.',
  wordsOfAnotherPort:
    'Not read back: the words that were typed were sent to port {port}, so that is what arrived where they were read.',
  someProven: '{proven} of {ports} proven end to end',
  noneProven: 'no port proven, as no code was given',
  ofHost: '{host}: {,what}',
  more: '{count} more',
  fromSomeVantages: '{what} from some vantages',
  is: '{,places} is',
  are: '{,places} are',
  places: '{,places}',
  place: '{place}',
  placeBehind: '{place} behind a redirect',
  onePort: '1 port',
  manyPorts: '{count} ports',
  /** Where a listener was asked for: its end closes nothing. */
  noListener: 'no listener answers on {on} (refused)',
  didFail: 'failure on {on}',
  notJudgedOn: '{is} not judged',
  warningOn: 'warning on {on}',
  allMet: 'All expectations are met',
  allMetWithWarnings: 'All expectations are met, with warnings',
  notMet: 'Expectations failed',
  notJudged: 'No failure was proven, but not everything could be judged',
  endpoint: '1 endpoint',
  endpoints: '{count} endpoints',
  fromOneVantage: ', seen from one vantage only',
  fromVantages: ' from {count} vantages',
  failed: '{count} failed',
  inconclusive: '{count} inconclusive',
  warned: '{count} with a warning',
  passed: '{count} passed',
  cutShort: '; the run was cut short',
});

export const verdictSentence = sentences(verdictCatalogue);
