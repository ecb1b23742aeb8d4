/**
 * What mail servers write into a refusal, by what it is about: Postfix, Exim, sendmail, qmail, OpenSMTPD, Exchange and
 * Microsoft 365, Gmail, hMailServer, MDaemon, Zimbra (Postfix), and the filters before them: rspamd, postgrey, Mimecast,
 * Proofpoint, Barracuda. Addresses in angle brackets are removed first, so that a mailbox's name proves nothing.
 */

/** Postponed on purpose on the first attempt (RFC 6647), in clear words or in those that the vendor documents. */
export const GREYLISTING =
  /gr[ea]y-?\s?list|postgrey|sqlgrey|gld\b.*triplet|unknown triplet|first attempt|\[gl01\]|internal resources? (is |are )?temporarily unavailable/i;

/** The client sent before its turn, or the server believes so (Exim, Postfix, postscreen). */
export const SENT_TOO_EARLY =
  /synchroni[sz]ation|pipelin|pregreet|\bprotocol error\b|before (the )?(greeting|its turn)/i;

/** The name of this client in reverse DNS. */
export const REVERSE_NAME =
  /reverse[- ]?(dns|name|host ?name|lookup|look-up|mapping|address|record|resolution|path to)|\bptr\b|\br-?dns\b|\bfcrdns\b|cannot find your (reverse )?host ?name|no reverse|(can(no|')t|could not|unable to|failed to) (resolve|find|verify|look ?up) (your|the|client)? ?(ip|host|client|name|address)|ip name (lookup failed|possibly forged)|(ip|address|host) .{0,40}does not (have|resolve)|no dns (entry|record|name) for/i;

/** The name that this client gives at EHLO. */
export const HELO_NAME =
  /\b(h|e)helo\b|\b(helo|ehlo)\b|bad host ?name|invalid (host|domain) ?name in|need fully-qualified host ?name/i;

/** Lists of bad clients, and who maintains them. */
export const BLOCK_LIST =
  /\b(dns|ip|u?r)?[bw]ls?\b|(black|block|deny|drop)-?\s?list|spamhaus|spamcop|spamrats|sorbs\b|uceprotect|abuseat|barracudacentral|barracuda(networks\.com)?[ /]?reputation|ipcheck\.proofpoint|proofpoint dynamic reputation|\bpdr\b|senderbase|senderscore|talosintelligence|cloudmark|invaluement|\blisted (at|in|on|by|under|as)\b|\bis listed\b|blocked using|banned (sending )?(ip|host|address)|(poor|low|bad|ip|sender|email|your) reputation|sender ip .{0,40}block|dynamic screening|ip throttl/i;

/** The network that this client is in. */
export const NETWORK_KIND =
  /(dynamic|residential|dial-?up|consumer|home|adsl|dhcp|generic)[- ].{0,30}(ip|address|host|client|pool|range|user|network|line|space)|(ip|address|host|client).{0,40}(dynamic|residential|dial-?up|generic)/i;

/** Too much from this client. */
export const CLIENT_RATE =
  /too (many|much) .{0,60}(from|by|for) (your|this|the same|\[?\d|\[?[\da-f]+:|.{0,40}\[?\d+\.\d+\.\d+\.\d+)|(rate|connection)s? .{0,60}(from|for|by) (your|this|\[?\d)|(your|this) (ip|host|server|address|client) .{0,60}(rate|too (many|often|fast)|throttl|limit)|unusual rate of|server busy\..{0,40}from \[|mail flood|temporarily deferred due to/i;

/** This client in general: refused by an access rule, a filter, or without a reason. */
export const CLIENT_REFUSED =
  /client (host|address|ip|name)|\byou (are|have been) (not allowed|not permitted|not welcome|blocked|banned)|(messages?|mail|connections?) from \[?\d+\.\d+\.\d+\.\d+\]?.{0,60}(deferred|rejected|refused|not (be )?accepted|blocked|weren't sent)|unverified client|(your|sending|source|connecting|remote|originating|client('s)?|sender('s)?) (ip|mta|host|server|network|address range|ip address|machine|system)\b|(host|ip|ip address|connections?|client|server|network|traffic) .{0,60}(blocked|banned|denied|black|rejected|refused|not allowed|not permitted|not authori[sz]ed|not welcome|not accepted|throttled|suspended|prohibited)|(blocked|banned|refused|rejected|denied|throttled|not accepted|not allowed|deferred|go away|unsolicited|spam|abuse|policy|block) .{0,60}(from|for|by) (your|this ip|this host|this server|the ip|\[?\d+\.|\[?[\da-f]*:[\da-f]*:)|\bip=\d|\[?\d+\.\d+\.\d+\.\d+\]?.{0,60}(block|ban|den(y|ied)|refus|reject|not allowed|not permitted|polic|spam)|spam (source|host|server|block)|unsolicited|(looks|appeared|likely|suspected|detected) .{0,30}(spam|bulk|suspicious)|bot(net)?\b|compromised|unregistered domain|snowshoe/i;

/** The address of this client, where the sentence around it is in any language; lists of those who may connect. */
export const CLIENT_ADDRESS =
  /\bIPs?\b|\bip(?:-|v4|v6)|\[\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\]|\b(?:white|allow|safe)-?\s?list/;

/** This server does not accept mail for the recipient's domain. */
export const NOT_SERVED =
  /relay(ing)?( access)?[ :,-]*(is |was )?(denied|not (permitted|allowed|authori[sz]ed|possible|enabled)|prohibited|rejected|forbidden|refused|disabled)|(unable|not permitted|not allowed|not authori[sz]ed|refus(e|es|ed|ing)|attempt(ed|ing)?|will not|won't|do(es)? not|don't|can(no|')t|no permission) (to )?relay|not? (an? )?(open )?relay(ing)?\b|tenantattribution|non-?accepted domain|rcpthosts|unrouteable (address|domain|mail domain)|unroutable|no such domain( here| at)?|domain (is )?(not (found|local|known|hosted|served|handled|accepted|allowed|configured|here|ours|recogni[sz]ed|in (my|our) list)|unknown|does(n't| not) exist)|unknown (local )?(domain|host)\b|(not|isn't) (a |an )?(local|hosted|served|handled|our|valid|known|accepted) (mail )?domain|(do|does|will)(n't| not) (accept|handle|host|serve|receive|take) (mail|email|e-mail|messages?) (for|to) (this|that|the|your)|mail for .{0,80}(not (accepted|handled)|isn't|is not) here|turn on smtp authentication|not the mail ?server for|not responsible for|no mx for|authentication .{0,30}to relay|host unknown/i;

/** A mailbox that does not exist, in words that mean: later attempts will fail too. */
export const NO_MAILBOX =
  /user[- ]?(is )?(unknown|not found)|unknown (or \w+ )?(user|recipient|mailbox|local[- ]?part|account|address|addressee)|no such (user|mailbox|recipient|address|person|account|local|e?-?mail|id)|(mailbox|recipient|user|address|account|addressee|alias|destination)s?( address)?( is| was|:)? ?(unknown|not (found|known|exist|valid|listed|local|recogni[sz]ed|a valid|here|on this)|does(n't| not) exist|invalid|nonexistent|non-existent|cannot be found|could not be found)|(invalid|nonexistent|non-existent|bad|undeliverable|illegal) (recipient|mailbox|user|(destination )?(mailbox )?address)|no mailbox|no account|not our customer|recipientnotfound|resolver\.adr|doesn't have an? .{0,40}account|does not have an? .{0,40}account|not a valid (mailbox|recipient|user)|delivery is not allowed to this address|unknown in (local|virtual|relay)|address does not exist|no valid recipients?/i;

/** A mailbox that can't accept mail in its current state. */
export const MAILBOX_DISABLED =
  /(mailbox|account|user|recipient|address)( is| was| has been)? .{0,20}(disabled|inactive|suspended|locked|closed|deactivated|expired|unavailable|not active|not accepting)/i;
export const MAILBOX_FULL =
  /over ?quota|quota (is )?(exceeded|full)|exceeded (its |the |storage )*(quota|allocation)|(mailbox|inbox|account|user) .{0,30}(full|over|quota)|out of storage/i;

/** Sender's address or domain. */
export const SENDER =
  /sender address|sender (domain|address|verify|verification|callout|denied|blocked|rejected|refused|not allowed|unknown|policy)|domain of (the )?sender|envelope[- ]?(sender|from)|badmailfrom|\bmail from\b|mailfrom|return-?path|\b(null|empty|blank) (sender|reverse|envelope|return)|bounces? (not|are)|\bspf\b|openspf|\bdmarc\b|\bdkim\b|banned sender|from address/i;
/** Here the reason is the domain that the tester was configured to send from: a null sender has none. */
export const SENDER_DOMAIN =
  /\bspf\b|openspf|\bdmarc\b|\bdkim\b|(domain|sender) .{0,40}(not found|does(n't| not) (exist|resolve)|no (mx|a record)|could ?n.t be (found|verified)|unresolvable|cannot be (resolved|verified|found))|domain not found|no valid mx/i;

/** Mail is accepted only after a login: a port for submission, or a connector that accepts no anonymous clients. */
export const LOGIN =
  /authenticat(ion|e|ed|ing)\b.{0,40}(required|needed|first|mandatory|necessary)|(requires?|need|must|please).{0,30}(authenticat|log ?in|login|auth\b)|not authenticated|unauthenticated|anonymous (mail|users?|senders?|clients?)|log ?in first|smtp auth/i;
/** Mail is accepted only inside TLS. */
export const ENCRYPTION =
  /starttls|\b(tls|encrypt(ion|ed)|ssl)\b.{0,40}(required|needed|first|mandatory|only|necessary)|(requires?|need|must|please).{0,30}(tls|encrypt|ssl)|session encryption/i;

/** The mail system itself can't continue. */
export const SYSTEM =
  /local (problem|error|configuration)|(server|system|service|configuration|internal|database|lookup|look-up|dns|ldap|resolver|disk|queue) .{0,30}(error|problem|fail|not available|unavailable|full|temporarily)|insufficient (system )?(resources|storage|disk)|too many (concurrent|connections|sessions|messages)|resources? .{0,20}(exceeded|unavailable|low)|\bprx\d|storedrv|nexthop|load (average )?(is )?too high|shutting down|out of (memory|disk|processes)|backend|back-end|mailbox server/i;
