// Pictures of the dashboards: bundles the page, serves it on the loopback address, and has a headless Chromium look at it.
//
//     node render.mjs --prometheus=http://127.0.0.1:9090 --end=UNIXTIME --out=DIRECTORY [--only=fleet] [--theme=dark]
import { build } from 'esbuild';
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import puppeteer from 'puppeteer-core';

const { values: options } = parseArgs({ options: { prometheus: { type: 'string' }, end: { type: 'string' }, out: { type: 'string' }, only: { type: 'string' }, theme: { type: 'string', default: 'light' } } });
const pictures = [
  { file: 'fleet', hours: 6 },
  { file: 'host', hours: 6, instance: 'pve-03' },
  { file: 'capacity', hours: 28 * 24 },
  { file: 'isolation', hours: 6 },
].filter(({ file }) => !options.only || file === options.only);
const width = 1440;
const work = mkdtempSync(join(tmpdir(), 'passthru-render-'));
const here = import.meta.dirname;

await build({
  entryPoints: [join(here, 'page.jsx')], bundle: true, outdir: work, format: 'esm', jsx: 'automatic', target: 'es2022', logLevel: 'error',
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  loader: { '.svg': 'dataurl', '.woff2': 'dataurl', '.woff': 'dataurl', '.ttf': 'dataurl' },
});

const files = {
  '/': ['text/html', () => '<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="page.css"><body style="margin:0"><div id="root"></div><script type="module" src="page.js"></script>'],
  '/page.js': ['text/javascript', () => readFileSync(join(work, 'page.js'))],
  '/page.css': ['text/css', () => readIfThere(join(work, 'page.css'))],
  ...Object.fromEntries(pictures.map(({ file }) => [`/${file}.json`, ['application/json', () => readFileSync(join(here, '..', `${file}.json`))]])),
};
const server = createServer((request, response) => {
  const [type, content] = files[request.url.split('?')[0]] ?? [];
  response.writeHead(content ? 200 : 404, { 'content-type': type ?? 'text/plain' }).end(content?.());
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', userDataDir: join(work, 'profile'),
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--font-render-hinting=none'],
});
let failed = false;
try {
  for (const { file, hours, instance } of pictures) {
    const page = await browser.newPage();
    // High enough for all panels: tables draw only what is in sight.
    await page.setViewport({ width: width + 24, height: 3000 });
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).hostname !== '127.0.0.1') trouble(file, `asked for ${request.url()}`);
    });
    page.on('pageerror', (error) => trouble(file, String(error)));
    const query = new URLSearchParams({ dashboard: `${file}.json`, prometheus: options.prometheus, end: options.end, hours, width, theme: options.theme, scrape: 240, ...(instance && { instance }) });
    await page.goto(`http://127.0.0.1:${server.address().port}/?${query}`);
    await page.waitForFunction('window.drawn', { timeout: 60000 });
    (await page.evaluate('window.drawn.troubles')).forEach((it) => trouble(file, it));
    const path = join(options.out, `${file}.png`);
    await (await page.$('#dashboard')).screenshot({ path });
    console.log(`${path}: ${Math.round(statSync(path).size / 1024)} KB`);
    await page.close();
  }
} finally {
  await browser.close();
  server.close();
  rmSync(work, { recursive: true });
}
process.exitCode = failed ? 1 : 0;

function trouble(file, text) {
  failed = true;
  console.error(`${file}: ${text}`);
}

function readIfThere(path) {
  try { return readFileSync(path); } catch { return ''; }
}
