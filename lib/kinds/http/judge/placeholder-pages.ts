/** Pages that are shown in place of a site: by the hoster, a domain trader, an installer or a panel. */
import { httpSentence as say } from '../messages.ts';
import type { PageSignature } from './page-match.ts';

/** `product` is what is shown, as it goes into "shows …". */
export const PLACEHOLDER_PAGES: readonly PageSignature[] = [
  {
    product: say.suspended({}),
    title: /^(?:this )?(?:account|site|website|domain)(?: has been| is)? suspended/i,
  },
  { product: say.suspended({}), body: /\/cgi-sys\/suspendedpage\.cgi|suspended[-_]?page/i },
  {
    product: say.suspended({}),
    title: /^(?:Account|Contact|Hosting)[ -]Suspended|suspended domain$/i,
  },
  // In other languages; an accented letter may have come in any encoding. Only what begins a title or an element is
  // taken for what the page says about itself.
  {
    product: say.suspended({}),
    title:
      /^(?:(?:diese[rs]? )?(?:website|webseite|seite|konto|account|webspace|domain|internetpr.{1,4}senz)(?: (?:wurde|ist))? (?:gesperrt|deaktiviert|suspendiert)|gesperrt|(?:esta )?(?:cuenta|p.{1,4}gina|sitio|dominio)(?: web)?(?: (?:ha sido|est.{1,4}))? (?:suspendid|desactivad|bloquead)[oa]|(?:esta )?(?:conta|hospedagem|site)(?: foi| est.{1,4})? suspens[ao]|(?:ce )?(?:compte|site|h.{1,4}bergement|domaine)(?: web)?(?: (?:a .{1,4}t.{1,4}|est))? (?:suspendu|d.{1,4}sactiv|bloqu)|(?:questo )?(?:account|sito|dominio)(?: web)?(?: .{1,4}(?: stato)?)? sospes[oa]|(?:dit |deze )?(?:account|website|domein)(?: is)? (?:opgeschort|geblokkeerd|geschorst)|(?:konto|strona|domena|hosting)(?: jest| zosta.{1,4}[oa]?)? (?:zawieszon|zablokowan))[^\s?]{0,6}[\s.!]*$/i,
  },
  {
    product: say.suspended({}),
    title:
      /(?:аккаунт|сайт|хостинг|домен).{0,30}(?:заблокирован|приостановлен|отключ[её]н)|(?:账户|帐户|网站|站点).{0,8}(?:暂停|停用|关闭)|アカウント.{0,6}停止|(?:hesap|site) ask.{1,4}ya al/i,
  },
  {
    product: say.suspended({}),
    body: />\s*(?:this (?:account|website|site|domain)(?: name)? (?:has been|is) (?:temporarily )?(?:suspended|deactivated)|(?:esta cuenta|este sitio)(?: web)? ha sido suspendid|esta conta foi suspensa|este site foi suspenso|ce (?:compte|site)(?: web)? (?:a .{1,4}t.{1,4}|est) suspendu|questo (?:account|sito)(?: web)? .{1,4}stato sospes|diese[rs]? (?:website|webseite|seite|konto|account|webspace|domain|internetpr.{1,4}senz) (?:wurde|ist) .{0,40}(?:gesperrt|deaktiviert)|(?:dit account|deze website) is (?:opgeschort|geblokkeerd|geschorst))/i,
  },
  {
    product: say.parkedDomain({}),
    title:
      /^(?:domain geparkt|geparkte domain|domaine (?:en parking|parqu)|dominio (?:parcheggiato|aparcado|estacionado)|dom.{1,4}nio estacionado|domein geparkeerd|domena zaparkowana|parked domain|domain parked|STRATO - Domain reserved)\b/i,
  },
  {
    product: say.parkedDomain({}),
    body: />\s*(?:diese domain (?:ist|wurde) .{0,30}(?:geparkt|reserviert|registriert)|this domain (?:name )?(?:is|has been) (?:parked|registered (?:and parked|with|by|at))|deze domeinnaam is (?:gereserveerd|geregistreerd|geparkeerd)|ce (?:nom de )?domaine est (?:parqu|r.{1,4}serv)|este dominio est.{1,4} (?:aparcado|estacionado|reservado)|questo dominio .{1,4} (?:parcheggiato|riservato))/i,
  },
  {
    product: say.parkedDomain({}),
    body: /data-adblockkey=|window\.park\s*=|window\.location\.href\s*=\s*["']\/lander\b/,
  },
  {
    product: say.domainForSale({}),
    title:
      /^(?:dominio en venta|dominio in vendita|domaine .{1,8}vendre|domena na sprzeda|domein te koop|dom.{1,4}nio .{1,4}venda|domain (?:zu verkaufen|kaufen))/i,
  },
  {
    product: say.domainForSale({}),
    body: />\s*(?:diese domain (?:steht zum verkauf|ist zu verkaufen|k.{1,4}nnen sie kaufen)|ce (?:nom de )?domaine est .{1,4} vendre|este dominio est.{1,4} (?:a la|en) venta|este dom.{1,4}nio est.{1,4} .{1,4} venda|questo dominio .{1,4} in vendita|deze domein(?:naam)? is te koop|ta domena jest na sprzeda|this domain (?:name )?(?:is|may be) for sale)/i,
  },
  {
    product: say.parkedDomain({}),
    body: /sedoparking\.com|parkingcrew\.net|bodis\.com|parklogic\.com|cashparking|d38psrni17bvxu\.cloudfront\.net|parking-lander|img1\.wsimg\.com\/parking/i,
  },
  {
    product: say.domainForSale({}),
    body: /hugedomains\.com|afternic\.com\/forsale|dan\.com\/buy-domain|undeveloped\.com|sedo\.com\/search\/details/i,
  },
  {
    product: say.domainForSale({}),
    title: /\bdomain (?:name )?(?:is )?for sale\b|^[\w.-]{1,80} is for sale\b/i,
  },
  {
    product: say.installer({ product: 'WordPress' }),
    title: /^WordPress\s.{1,10}\s(?:Installation|Setup Configuration File)/i,
  },
  {
    product: say.installer({ product: 'WordPress' }),
    body: /\/wp-admin\/(?:install|setup-config)\.php\?step=/i,
  },
  {
    product: say.installer({ product: 'Joomla' }),
    title: /^Joomla[!:]? (?:.{0,20}\s)?(?:Web )?Install(?:er|ation)/i,
  },
  {
    product: say.installer({ product: 'Drupal' }),
    title: /\| Drupal$/i,
    body: /core\/install\.php|install\.php\?/i,
  },
  {
    product: say.installer({ product: 'Nextcloud' }),
    body: /<form[^>]{0,300}id="install"|<fieldset id="adminaccount"|id="body-login"[\s\S]{0,1500}adminlogin/i,
  },
  { product: say.installer({ product: 'Moodle' }), title: /^Installation - Moodle/i },
  { product: say.directoryListing({}), title: /^Index of \//i },
  { product: say.directoryListing({}), title: /^Directory listing for \//i },
  { product: say.directoryListing({}), title: /^[\w.-]{1,80} - \/$/, body: /<pre><A HREF=/ },
  {
    product: say.defaultPageOf({ product: 'Nginx Proxy Manager' }),
    body: /successfully started the Nginx Proxy Manager/i,
  },
  {
    product: say.defaultPageOf({ product: 'HestiaCP or VestaCP' }),
    body: /<title>[\s\S]{0,80}(?:Hestia|Vesta) Control Panel|Your new web server is ready to use/i,
  },
  { product: say.defaultPageOf({ product: 'ISPConfig' }), title: /^Welcome!?$/i, body: /ISPConfig/i },
  {
    product: say.defaultPageOf({ product: 'aaPanel' }),
    body: /aapanel|bt\.cn\/bbs|the site is created successfully/i,
  },
  {
    product: say.defaultPageOf({ product: 'DirectAdmin' }),
    title: /is under construction|^(?:default|index) page/i,
    body: /DirectAdmin/i,
  },
  { product: say.defaultPageOf({ product: 'CyberPanel' }), title: /CyberPanel/i },
  {
    product: say.defaultPageOf({ product: 'CloudPanel' }),
    title: /CloudPanel/i,
    body: /Hello World|default/i,
  },
  {
    product: say.defaultPageOf({ product: 'Virtualmin' }),
    title: /Virtualmin|Website Coming Soon/i,
    body: /Virtualmin/i,
  },
];

/** What routers in front of several sites say when none of them has the name that was asked for. */
export const NO_ROUTE: readonly PageSignature[] = [
  { product: 'ingress-nginx', status: [404], body: /default backend - 404/i },
  { product: 'Traefik', status: [404], body: /^404 page not found\s*(?:\\n)?$/ },
  { product: 'Kong', status: [404], body: /no Route matched with those values/i },
  { product: 'Istio or Envoy', status: [404], header: ['server', /^(?:istio-)?envoy$/i], body: /^$/ },
  { product: 'Google Cloud load balancer', status: [404], body: /response 404 \(backend NotFound\)/i },
  { product: 'OpenShift', status: [503], body: /Application is not available[\s\S]{0,1500}route/i },
  { product: 'Apache APISIX', status: [404], body: /"error_msg":\s*"404 Route Not Found"/i },
];
