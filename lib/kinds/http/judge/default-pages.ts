/** Pages that web servers are installed with. */
import type { PageSignature } from './page-match.ts';

export const DEFAULT_PAGES: readonly PageSignature[] = [
  { product: 'nginx', title: /^Welcome to nginx\b/i },
  { product: 'nginx', title: /^Test Page for the Nginx HTTP Server/i },
  { product: 'OpenResty', title: /^Welcome to OpenResty/i },
  { product: 'Apache on Debian', title: /^Apache2 Debian Default Page/i },
  { product: 'Apache on Ubuntu', title: /^Apache2 Ubuntu Default Page/i },
  { product: 'Apache', title: /^(?:Test Page for the Apache HTTP Server|Apache HTTP Server Test Page)/i },
  { product: 'Apache', title: /^(?:HTTP Server Test Page|Test Page for the HTTP Server)\b/i },
  { product: 'Apache', body: /<h1>It works!<\/h1>/i },
  { product: 'Apache (DirectAdmin)', body: /Apache is functioning normally/i },
  { product: 'IIS', title: /^(?:IIS ?Windows(?: Server)?|IIS ?[78](?:\.\d)?)$/i },
  { product: 'IIS', body: /(?:iisstart\.png|iis-85\.png|welcome\.png)["'][^>]*alt=["']IIS/i },
  {
    product: 'Plesk',
    title: /^(?:Web Server's Default Page|Domain Default page|Default Parallels Plesk|Default Plesk Page)/i,
  },
  { product: 'cPanel', title: /^Default Web Site Page/i },
  { product: 'cPanel', body: /\/cgi-sys\/defaultwebpage\.cgi/i },
  { product: 'Tomcat', title: /^Apache Tomcat(?:\/\d|$)/i },
  { product: 'Caddy', title: /^Caddy works!/i },
  { product: 'lighttpd', title: /^Welcome page$/i, body: /lighttpd/i },
  {
    product: 'LiteSpeed',
    title: /^Congratulations\b|LiteSpeed/i,
    body: /(?:OpenLiteSpeed|LiteSpeed Web Server) is (?:working|running)|successfully installed the (?:Open)?LiteSpeed/i,
  },
  { product: 'XAMPP', title: /^Welcome to XAMPP/i },
  { product: 'WildFly', title: /^Welcome to WildFly/i },
  { product: 'Synology Web Station', title: /Welcome to Synology Web Station/i },
];
