/**
 * What hosting services answer for a name that points at them and that none of their customers has claimed: a person who
 * claims it there gets the name's visitors. By structure (codes, headers, fixed texts of the service); not every text was seen on a live page.
 */
import type { PageSignature } from './page-match.ts';

export const UNCLAIMED_NAMES: readonly PageSignature[] = [
  // S3, and storage services with the same protocol; as XML and as the page of a website endpoint.
  { product: 'Amazon S3', status: [404], header: ['server', /^AmazonS3/i], body: /NoSuchBucket/ },
  {
    product: 'Google Cloud Storage',
    status: [404],
    header: ['server', /^UploadServer/i],
    body: /NoSuchBucket/,
  },
  { product: 'Alibaba Cloud OSS', status: [404], header: ['server', /^AliyunOSS/i], body: /NoSuchBucket/ },
  { product: 'object storage', status: [404], body: /<Code>NoSuchBucket<\/Code>|Code: NoSuchBucket/ },
  {
    product: 'Heroku',
    status: [404],
    body: /herokucdn\.com\/error-pages\/no-such-app|<title>No such app<\/title>/i,
  },
  { product: 'Fastly', body: /Fastly error: unknown domain/i },
  {
    product: 'GitHub Pages',
    status: [404],
    header: ['server', /^GitHub\.com/i],
    body: /There isn(?:'|&#39;|’)t a GitHub Pages site here/i,
  },
  {
    product: 'GitLab Pages',
    status: [404],
    body: /The page you(?:'|’)re looking for could not be found[\s\S]{0,800}GitLab Pages/i,
  },
  {
    product: 'Azure App Service',
    status: [404],
    title: /^(?:404 Web Site not found|Microsoft Azure Web App - Error 404)/i,
  },
  {
    product: 'Azure Front Door',
    status: [400, 404],
    header: ['x-azure-ref', /./],
    body: /Our services aren(?:'|&#39;|’)t available right now/i,
  },
  {
    product: 'Azure Front Door',
    status: [404],
    body: /find your Azure Front Door Service configuration/i,
  },
  { product: 'Read the Docs', status: [404], body: /unknown to Read the Docs/i },
  {
    product: 'Cargo',
    status: [404],
    body: /moving your domain away from Cargo/i,
  },
  { product: 'Netlify', status: [404], header: ['server', /^Netlify/i], body: /Not Found - Request ID:/i },
  { product: 'Vercel', status: [404], header: ['x-vercel-error', /DEPLOYMENT_NOT_FOUND/] },
  { product: 'Render', status: [404], header: ['x-render-routing', /no-server/i] },
  { product: 'Railway', status: [404], header: ['x-railway-fallback', /true/i] },
  { product: 'Shopify', status: [402, 404], body: /Sorry, this shop is currently unavailable/i },
  {
    product: 'Pantheon',
    status: [404],
    body: /The gods are wise, but do not know of the site which you seek/i,
  },
  {
    product: 'Tumblr',
    status: [404],
    body: /Whatever you were looking for doesn(?:'|’)t currently exist at this address/i,
  },
  { product: 'WordPress.com', body: /Do you want to register <em>[\w.-]{1,80}\.wordpress\.com/i },
  { product: 'Bitbucket', status: [404], title: /^Repository not found/i, body: /bitbucket/i },
  { product: 'Surge', status: [404], title: /^project not found$/i },
  { product: 'ReadMe', status: [404], body: /Project doesnt exist\.\.\. yet!/i },
];
