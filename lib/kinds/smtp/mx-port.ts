/**
 * Where senders deliver (RFC 5321 §4.5.4.2 and the IANA registry: smtp, 25), whatever port the endpoint has: exchanges are looked
 * up for it, and a --resolve pin of another port says nothing about them.
 */
export const MX_PORT = 25;
