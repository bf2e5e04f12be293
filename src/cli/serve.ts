/**
 * Serve the built lab on this machine: the last step of `npm start`, and what browser tests open.
 * Any static host will do as well; this one adds a media type for weights and answers 404, not the page,
 * for a file that is not there.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv, exit } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { preview, type Plugin, type PreviewServer } from 'vite';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const DEFAULT_PORT = 4173;

const USAGE = `Usage: npm start [-- --port <number>]

Serves dist/ on localhost and prints the address. Ctrl-C ends it.

  --port <number>  first port to try, the next free one is taken (${DEFAULT_PORT})
  --help           this text
`;

/** Vite knows no media type for weights; the ones it knows (WebAssembly among them) it sets itself. */
const weightsAreBytes: Plugin = {
  name: 'weights-are-bytes',
  configurePreviewServer(server) {
    server.middlewares.use((request, response, next) => {
      if (/\.(safetensors|bin)(\?|$)/.test(request.url ?? ''))
        response.setHeader('Content-Type', 'application/octet-stream');
      next();
    });
  },
};

/** With these a page may share memory between threads, which doubles the speed of WASM on two cores. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export interface Served {
  /** With a slash at its end. */
  address: string;
  server: PreviewServer;
}

/**
 * Serve `dist/` from `port` or the next free one.
 * @throws Error where nothing has been built yet.
 */
export async function serve(port = DEFAULT_PORT): Promise<Served> {
  if (!existsSync(join(ROOT, 'dist', 'index.html')))
    throw new Error('There is no dist/index.html to serve: run "npm run build" first.');
  const server = await preview({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    appType: 'mpa',
    plugins: [weightsAreBytes],
    preview: { port, strictPort: false, host: 'localhost', headers: ISOLATED },
  });
  const address = server.resolvedUrls?.local[0];
  if (!address) throw new Error('The server started without an address on localhost.');
  return { address, server };
}

/** The port of the command line, or a sentence why it cannot be. */
function readPort(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: { port: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(USAGE);
    exit(0);
  }
  const port = Number(values.port ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new RangeError(`--port is ${values.port}; it is a whole number between 1 and 65535.`);
  return port;
}

async function main(): Promise<void> {
  let port = DEFAULT_PORT;
  try {
    port = readPort(argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    exit(2);
  }
  try {
    const { address, server } = await serve(port);
    console.log(`RLHF Lab is at ${address} (Ctrl-C ends it).`);
    const stop = () => void server.close().then(() => exit(0));
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    exit(1);
  }
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) await main();
