import type { ListenerSpeech } from '../../model/vocabulary.ts';

/** What is usual on a port: `listen` answers so, and the prober asks so where nothing else is said. */
const BY_PORT: ReadonlyMap<number, ListenerSpeech> = new Map([
  [25, 'smtp'],
  [80, 'http'],
  [443, 'https'],
  [465, 'smtps'],
  [587, 'smtp'],
  [2525, 'smtp'],
  [8080, 'http'],
  [8443, 'https'],
]);

export const speechOn = (port: number): ListenerSpeech => BY_PORT.get(port) ?? 'line';

/** Does the client say nothing before TLS is there? */
export const usesTls = (speech: ListenerSpeech): boolean => speech === 'https' || speech === 'smtps';
