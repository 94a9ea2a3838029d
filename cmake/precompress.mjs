// Writes FILE.br and FILE.gz beside every text file of a folder where that makes it smaller. Source maps, large and for the tools of
// developers alone, are left as FILE.gz only. Usage: precompress.mjs FOLDER
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const kCompressible = /\.(html|js|mjs|css|svg|json|txt|xml|webmanifest|map|ico|wasm|ttf)$/;
const kSmallest = 256;

function* filesUnder(folder) {
    for (const name of readdirSync(folder).sort()) {
        const path = join(folder, name);
        if (statSync(path).isDirectory()) yield* filesUnder(path);
        else yield path;
    }
}

for (const path of [...filesUnder(process.argv[2])]) {
    if (!kCompressible.test(path)) continue;
    const data = readFileSync(path);
    if (data.length < kSmallest) continue;
    if (path.endsWith(".map")) {
        writeFileSync(path + ".gz", gzipSync(data, { level: 9 }));
        rmSync(path);
        continue;
    }
    const brotli = brotliCompressSync(data, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: data.length },
    });
    const gzip = gzipSync(data, { level: 9 });
    if (brotli.length < data.length * 0.95) writeFileSync(path + ".br", brotli);
    if (gzip.length < data.length * 0.95) writeFileSync(path + ".gz", gzip);
}
