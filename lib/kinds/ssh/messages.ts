import { catalogue, sentences } from '../contract/sentences.ts';

export const sshCatalogue = catalogue('ssh', {
  answers: '{peer} is an SSH server: {identification}',
  turnsAway: '{peer} is an SSH server and turns this client away: "{text}"',
  closesAtOnce:
    '{peer} is an SSH server ({identification}) and closes the connection right after its identification, without saying why',
  proxyHeaderUnexpected:
    '{peer} is an SSH server and says "{text}" before this client has sent a byte: a balancer or firewall in front sends a PROXY header, which SSH does not know.',
  notSsh: '{peer} sent {bytes} bytes but no SSH identification (ended by: {end}); they begin with: {text}',
});
export const sshSentence = sentences(sshCatalogue);
