/**
 * Who may import whom, types included; `npm run lint:layers` checks it, and test/layers.test.ts that each rule can fail.
 *
 * The folders of lib from the lowest layer to the highest: each may import itself and those before it, except the other
 * folders of its own line.
 */
export const LAYERS = [
  ['model'],
  ['net'],
  ['x509'],
  ['kinds'],
  ['engine'],
  ['input'],
  ['report'],
  ['service'],
  ['aws', 'local', 'console'],
  ['cli', 'stacks'],
];

/** Files outside lib/net that import a module of Node which can open a socket, and why. */
export const SOCKET_FILES = {
  'lib/kinds/connection/tls-handshake\\.ts': 'TLS on a socket that the guarded dial has connected',
  'lib/kinds/connection/tls-context\\.ts': 'the context of those handshakes; opens nothing',
  'lib/kinds/http/measure/http2-request\\.ts': 'HTTP/2 on a socket that the guarded dial has connected',
  'lib/x509/trust-anchors\\.ts': "reads Node's list of root certificates; opens nothing",
  'lib/service/runs/stop-watch\\.ts': 'asks S3 for the kill switch, at an address that the fleet has signed',
  'lib/service/runs/tell-early\\.ts':
    'writes to S3 what was seen so far, at an address that the fleet has signed',
  'lib/local/station/http/server\\.ts': 'the server of the station; opens no connection',
  'lib/local/relay/relay\\.ts': 'the console of a fleet for its engineer, on loopback',
  'lib/local/demo/[^/]+\\.ts': 'servers of the demo, on loopback',
  'lib/local/listen/(listener|tls-session)\\.ts': 'servers of the test listener, which opens no connection',
};

const folders = LAYERS.flat();
const inLib = (names) => `^lib/(${names.join('|')})/`;

/** Layers in words, for the message. */
const order = LAYERS.map((names) => names.join(', ')).join(' < ');

/** What a folder may not import: the layers above it, and its neighbours on the same line. */
const layerRules = LAYERS.flatMap((names, index) =>
  names.map((name) => ({
    name: `layer-${name}`,
    comment: `Layers: ${order}`,
    severity: 'error',
    from: { path: inLib([name]) },
    to: {
      path: inLib([...names.filter((other) => other !== name), ...LAYERS.slice(index + 1).flat(), 'none']),
    },
  })),
);

const CDK = '(^|/)node_modules/(aws-cdk-lib|constructs|cdk-nag)/|^lib/stacks/';
const AWS_SDK = '(^|/)node_modules/@(aws-sdk|aws-crypto|aws-lambda-powertools|smithy)/';
const SOCKETS = '^(node:)?(net|tls|dgram|dns|dns/promises|http|https|http2)$';

export default {
  forbidden: [
    ...layerRules,
    {
      name: 'known-folder',
      comment: 'Each file of lib is in a folder that LAYERS lists',
      severity: 'error',
      from: { path: '^lib/', pathNot: inLib(folders) },
      to: {},
    },
    {
      name: 'nothing-below-imports-entry-points',
      comment: 'lib is imported by bin and functions, and not the other way round',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(bin|functions|test)/' },
    },
    {
      name: 'no-cdk-at-run-time',
      comment: 'CDK code describes the fleet; only lib/stacks and the scripts of the CDK app import it',
      severity: 'error',
      from: {
        path: '^(lib|bin|functions)/',
        pathNot: '^lib/stacks/|^bin/(app|cost|bundle-function)\\.ts$|^bin/build-cdk\\.mjs$',
      },
      to: { path: CDK },
    },
    {
      name: 'aws-sdk-in-its-place',
      comment:
        "AWS's packages are imported by lib/aws, lib/stacks and functions, and what signs by the console's sign-in, alone",
      severity: 'error',
      from: { path: '^(lib|bin)/', pathNot: '^lib/(aws|stacks|console/sign-in)/' },
      to: { path: AWS_SDK },
    },
    {
      name: 'sockets-in-lib-net',
      comment:
        'What can open a socket is imported by lib/net, and by the files that SOCKET_FILES gives a reason for',
      severity: 'error',
      from: {
        path: '^(lib|bin|functions)/',
        pathNot: `^lib/net/|^(${Object.keys(SOCKET_FILES).join('|')})$`,
      },
      to: { path: SOCKETS, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-circle-of-files',
      comment: 'Not even by types: two files that need each other are one, or a third holds what they share',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nothing-from-the-folder-above',
      comment:
        'A folder imports nothing that stands beside it: what it shares with its users has a folder of its own. Not so ' +
        'within a kind, which is one thing with its folders, and in engine, where it is the other way round',
      severity: 'error',
      from: { path: '^(lib/.+)/[^/]+/[^/]+$', pathNot: '^lib/(kinds|engine)/' },
      to: { path: '^$1/[^/]+$' },
    },
    {
      name: 'engine-steps-import-its-records',
      comment: 'What stands directly in lib/engine is handed from step to step; it imports none of them',
      severity: 'error',
      from: { path: '^lib/engine/[^/]+$' },
      to: { path: '^lib/engine/[^/]+/' },
    },
    {
      name: 'no-circle-of-folders',
      comment: 'No folders import each other in a circle, at any depth',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    // Types count: an import that the compiler removes is still a reason to read the other file.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
