/**
 * A Chromium for the tests: found, installed where that is possible, started with the flags that give
 * WebGPU without a graphics card, and pointed at the built lab by `openLab`, which notices everything that
 * a quiet page does not do.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { TestContext } from 'vitest';
import { serve, type Served } from '../../src/cli/serve';

// ── Finding one ───────────────────────────────────────────────────────────────────────────────────

const USUAL_PLACES: Partial<Record<NodeJS.Platform, string[]>> = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/opt/google/chrome/chrome',
    '/snap/bin/chromium',
  ],
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) => {
    const folder = process.env[variable];
    return folder ? [join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')] : [];
  }),
};

/** Full Chromiums that Playwright downloaded, newest first. Its headless shell has no WebGPU. */
function playwrightsOwn(): string[] {
  const cache =
    process.env.PLAYWRIGHT_BROWSERS_PATH ??
    {
      darwin: join(homedir(), 'Library', 'Caches', 'ms-playwright'),
      win32: join(process.env.LOCALAPPDATA ?? '', 'ms-playwright'),
    }[process.platform as 'darwin' | 'win32'] ??
    join(homedir(), '.cache', 'ms-playwright');
  if (!existsSync(cache)) return [];
  const builds = readdirSync(cache).filter((name) => /^chromium-\d+$/.test(name));
  builds.sort((a, b) => Number(b.split('-')[1]) - Number(a.split('-')[1]));
  return builds.flatMap((build) =>
    [
      'chrome-linux64/chrome',
      'chrome-linux/chrome',
      'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
      'chrome-win64/chrome.exe',
      'chrome-win/chrome.exe',
    ].map((path) => join(cache, build, path)),
  );
}

/** Path of a Chromium on this machine, or null. `CHROME_PATH` goes before everything else. */
export function findChromium(): string | null {
  const wished = process.env.CHROME_PATH;
  const places = [
    ...(wished ? [wished] : []),
    ...(USUAL_PLACES[process.platform] ?? []),
    ...playwrightsOwn(),
  ];
  return places.find((path) => existsSync(path)) ?? null;
}

/** What can be done about a missing Chromium. `couldHave` is true where installing it should have worked. */
export type ChromiumSearch = { path: string } | { path: null; couldHave: boolean; reason: string };

/** Find a Chromium or install Debian's, which takes root and apt. */
export function ensureChromium(): ChromiumSearch {
  const found = findChromium();
  if (found) return { path: found };
  const advice = 'Install Chromium or Chrome, or name one in CHROME_PATH.';
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get'))
    return { path: null, couldHave: false, reason: `There is no Chromium. ${advice}` };
  if (process.getuid?.() !== 0) {
    const reason =
      'There is no Chromium, and only root can install it ("sudo apt-get install chromium").';
    return { path: null, couldHave: false, reason: `${reason} ${advice}` };
  }
  console.log('There is no Chromium: installing the chromium package with apt-get.');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const apt = spawnSync('apt-get', args, { env: environment, encoding: 'utf8' });
    if (apt.status === 0) continue;
    const reason = `apt-get ${args.join(' ')} failed: ${`${apt.stdout}${apt.stderr}`.trim()}`;
    return { path: null, couldHave: true, reason: `${reason}\n${advice}` };
  }
  const installed = findChromium();
  return installed
    ? { path: installed }
    : {
        path: null,
        couldHave: true,
        reason: `The chromium package brought no browser in a usual place. ${advice}`,
      };
}

/** Vulkan's description of the software adapter beside a Chromium: WebGPU in Node runs on it too. */
export function softwareAdapter(): string | null {
  const found = findChromium();
  const folders = ['/usr/lib/chromium', '/opt/google/chrome', ...(found ? [dirname(found)] : [])];
  const files = folders.map((folder) => join(folder, 'vk_swiftshader_icd.json'));
  return files.find((file) => existsSync(file)) ?? null;
}

/** Skip a test in a browser with WebGPU where there is no software adapter: it is the one that `launch` asks for. */
export function skipWithoutAdapter(context: TestContext): void {
  if (!softwareAdapter()) context.skip('there is no WebGPU adapter here, not even a software one');
}

// ── Starting it ───────────────────────────────────────────────────────────────────────────────────

/** Closed networks and first starts are quiet with these. */
const QUIET = [
  '--headless=new',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Start a browser. With `webgpu` it has the software adapter (subgroups, no f16), which is for correctness
 * only; without, `navigator.gpu` finds no adapter on a machine that has no graphics card.
 * @throws Error where no Chromium is found.
 */
export async function launch({ webgpu }: { webgpu: boolean }): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath)
    throw new Error('No Chromium was found: install one, or name it in CHROME_PATH.');
  const adapter = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
  return chromium.launch({ executablePath, args: [...QUIET, ...(webgpu ? adapter : [])] });
}

// ── The lab in it ─────────────────────────────────────────────────────────────────────────────────

let served: Promise<Served> | undefined;

/** The built lab, served once for a test file; the server does not keep the process alive. */
async function servedLab(): Promise<string> {
  served ??= serve().then((result) => {
    result.server.httpServer.unref();
    return result;
  });
  return (await served).address;
}

/** End the server of this test file, as a network that is gone would. */
export async function cutNetwork(): Promise<void> {
  const { httpServer } = (await served)?.server ?? {};
  served = undefined;
  await new Promise<void>((done) => {
    if (!httpServer) return done();
    httpServer.close(() => done());
    if ('closeAllConnections' in httpServer) httpServer.closeAllConnections();
  });
}

export interface LabOptions {
  /** Of the address, such as `?backend=wasm`. */
  query?: string;
  viewport?: { width: number; height: number };
  /** Whether there are fingers in place of a mouse. */
  touch?: boolean;
  /** Whether the lab may keep itself for use without a network, which goes before `files`. */
  keeps?: boolean;
  /** Files that are answered in place of the lab's own, by the end of their address. */
  files?: Record<string, Buffer | string>;
}

export interface OpenLab {
  page: Page;
  context: BrowserContext;
  /** Where the lab is served, with a slash at its end. */
  address: string;
  /** What was not quiet so far, a sentence each. */
  problems: readonly string[];
  /** Fail with the list of everything that was not quiet. */
  expectQuiet(): void;
  /** Let one foreseen problem go: those that match are taken off the list, at least one must. */
  forgive(pattern: RegExp): void;
  close(): Promise<void>;
}

/** Write down console errors, exceptions, failed requests and requests that leave the lab's own origin. */
function listen(context: BrowserContext, origin: string, problems: string[]): void {
  const isOurs = (url: string) =>
    /^(data|blob):/.test(url) || (URL.canParse(url) && new URL(url).origin === origin);
  context.on('console', (message) => {
    if (message.type() === 'error')
      problems.push(`The console shows: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => {
    const thrown = error.error();
    problems.push(`The page threw: ${thrown.stack ?? thrown.message}`);
  });
  context.on('request', (request) => {
    if (!isOurs(request.url())) problems.push(`A request left the origin: ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? 'unknown';
    // A page that is left or reloaded drops what it was loading; nothing is wrong with that.
    if (why !== 'net::ERR_ABORTED') problems.push(`A request failed: ${request.url()} (${why})`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400)
      problems.push(`${response.url()} was answered with ${response.status()}.`);
  });
  context.on('page', (page) => {
    page.on('crash', () => problems.push('The page crashed.'));
    page.on('websocket', (socket) => {
      if (!isOurs(socket.url().replace(/^ws/, 'http')))
        problems.push(`A web socket left the origin: ${socket.url()}`);
    });
  });
}

/** Open the built lab in a fresh context: an empty IndexedDB, no cache. */
export async function openLab(browser: Browser, options: LabOptions = {}): Promise<OpenLab> {
  const address = await servedLab();
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1280, height: 800 },
    hasTouch: options.touch ?? false,
    serviceWorkers: options.keeps ? 'allow' : 'block',
  });
  const problems: string[] = [];
  listen(context, new URL(address).origin, problems);
  for (const [end, body] of Object.entries(options.files ?? {}))
    await context.route(`**/${end}`, (route) => route.fulfill({ body }));
  const page = await context.newPage();
  await page.goto(`${address}${options.query ?? ''}`);
  return {
    page,
    context,
    address,
    problems,
    expectQuiet() {
      if (problems.length) throw new Error(`The lab was not quiet:\n- ${problems.join('\n- ')}`);
    },
    forgive(pattern) {
      const others = problems.filter((problem) => !pattern.test(problem));
      if (others.length === problems.length)
        throw new Error(`Nothing matched ${pattern} among: ${problems.join(' | ') || 'nothing'}.`);
      problems.splice(0, problems.length, ...others);
    },
    close: () => context.close(),
  };
}
