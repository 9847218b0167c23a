// Reads one ESC/POS job from stdin with npos and says as JSON what it found:
// {"text": "…", "qr": ["…"], "commands": ["ESC@", …]}.
'use strict';

const iconv = require('iconv-lite');
const npos = require('npos');
const fs = require('node:fs');

// npos 0.1.19 does not know two-dimensional codes: GS ( k counts its bytes as GS ( L does.
const rules = { ...npos.rules };
const GS = 0x1d;
rules[GS] = { ...rules[GS], '(k': [0, 'd16'] };

const raw = fs.readFileSync(0);
const parser = new npos.Parser(rules);
parser.parse(raw, (error, ast) => {
  if (error) {
    console.error(error.message);
    process.exit(1);
  }
  const bytes = (node) => raw.subarray(node.offset, node.offset + node.length);
  const text = ast.entries.filter((entry) => entry.type === 'text').map((entry) => entry.data);
  // Function 80 of symbol 49 stores the payload of a QR code: 1D 28 6B pL pH 31 50 30 d1…dk.
  const qr = ast.tree
    .filter((node) => node.fn === '(k' && raw[node.offset + 5] === 49 && raw[node.offset + 6] === 80)
    .map((node) => bytes(node).subarray(8).toString('utf8'));
  const commands = ast.tree.filter((node) => node.ascii !== 'STX').map((node) => node.ascii + (node.fn || ''));
  console.log(JSON.stringify({ text: iconv.decode(Buffer.concat(text), 'gb18030'), qr, commands }));
});
