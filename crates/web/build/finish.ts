// The last step of the build: the phone page's own asset path, compressed twins, and the mark that says "whole".
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Files whose twins are worth having; pictures other than SVG are compressed already. */
const COMPRESSIBLE = /\.(html|js|css|svg|json)$/;

/** Makes `dist` ready for embedding. `build.rs` reads the mark `.complete`, `src/lib.rs` the twins. */
export function finish(dist: string): Plugin {
  return {
    name: 'now-serving:finish',
    apply: 'build',
    async closeBundle() {
      await loadFromOwnFolder(join(dist, 'track.html'));
      const entries = await readdir(dist, { recursive: true, withFileTypes: true });
      const files = entries
        .filter((entry) => entry.isFile() && COMPRESSIBLE.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name));
      await Promise.all(files.map(compress));
      await writeFile(join(dist, '.complete'), '');
    },
  };
}

/** The listener for phones serves nothing outside /t/, so that page loads its files from there. */
async function loadFromOwnFolder(page: string): Promise<void> {
  const html = await readFile(page, 'utf8');
  await writeFile(page, html.replaceAll('"/assets/', '"/t/assets/'));
}

/** A twin is written even when it is no smaller, so that every file has the same three forms. */
async function compress(file: string): Promise<void> {
  const bytes = await readFile(file);
  const best = {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  };
  await Promise.all([
    brotli(bytes, best).then((small) => writeFile(`${file}.br`, small)),
    zip(bytes, { level: constants.Z_BEST_COMPRESSION }).then((small) => writeFile(`${file}.gz`, small)),
  ]);
}
