// Writes schema/rules/public-suffixes.txt from the packed trie of the npm package tldts.
//   cd infra/data/suffixes && npm ci --ignore-scripts && node public-suffixes.mjs
// The result is committed: the build needs neither npm nor the network.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, domainToASCII } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const { version } = require(join(here, 'node_modules/tldts/package.json'));
const trie = require(join(here, 'node_modules/tldts/dist/cjs/src/data/trie.js'));
const target = join(here, '../../../schema/rules/public-suffixes.txt');

const ICANN = 1;
const PRIVATE = 2;

// Where each edge's label begins in labelText.
const offsets = new Uint32Array(trie.edgeLength.length);
for (let edge = 1; edge < offsets.length; edge += 1)
  offsets[edge] = offsets[edge - 1] + trie.edgeLength[edge - 1];

// A-labels, as the DNS spells them; wildcards and exceptions keep their mark.
function ascii(name) {
  const wild = name.startsWith('*.') ? '*.' : '';
  const text = domainToASCII(name.slice(wild.length));
  if (text === '') throw new Error(`not a domain: ${name}`);
  return wild + text;
}

const sections = { [ICANN]: new Set(), [PRIVATE]: new Set() };
function walk(node, suffix, mark) {
  const flag = trie.nodeFlags[node];
  if (flag !== 0) sections[flag].add(mark + ascii(suffix));
  for (let edge = trie.edgeStart[node]; edge < trie.edgeStart[node + 1]; edge += 1) {
    const label = trie.labelText.slice(offsets[edge], offsets[edge] + trie.edgeLength[edge]);
    walk(trie.edgeChild[edge], suffix === '' ? label : `${label}.${suffix}`, mark);
  }
}
walk(trie.rulesRoot, '', '');
walk(trie.exceptionsRoot, '', '!');

const icann = [...sections[ICANN]].sort();
const others = [...sections[PRIVATE]].sort();
const text = `// This Source Code Form is subject to the terms of the Mozilla Public
// License, v. 2.0. If a copy of the MPL was not distributed with this
// file, You can obtain one at https://mozilla.org/MPL/2.0/.
//
// The Public Suffix List (https://publicsuffix.org), as packed in the npm package tldts ${version}.
// Normalised: A-labels, sorted, comments removed. Made by infra/data/suffixes; do not edit.
// Rules: ${icann.length + others.length} (${icann.length} ICANN, ${others.length} private).
// ===BEGIN ICANN DOMAINS===
${icann.join('\n')}
// ===END ICANN DOMAINS===
// ===BEGIN PRIVATE DOMAINS===
${others.join('\n')}
// ===END PRIVATE DOMAINS===
`;
writeFileSync(target, text);
console.log(`${icann.length} ICANN and ${others.length} private rules from tldts ${version}`);
