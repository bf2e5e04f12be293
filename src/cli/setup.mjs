/**
 * First step of `npm start` and `npm test`: see that Node is new enough and that `node_modules` holds what
 * package-lock.json names, and install it where it does not. Plain JavaScript on Node's own modules, since
 * it runs before anything is installed.
 *
 * Packages are installed without their install scripts: nothing here needs one (esbuild's and webgpu's
 * native parts are ordinary files of their packages), and so they run no code on the way in.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Smallest version in `range`, a plain ">=a.b" or ">=a.b.c", as three numbers. */
const atLeast = (range) => {
  const [major = 0, minor = 0, patch = 0] = range.replace('>=', '').split('.').map(Number);
  return [major, minor, patch];
};

/** Whether version `have` is `want` or newer; both are three numbers. */
const reaches = (have, want) => {
  const differing = want.findIndex((part, i) => have[i] !== part);
  return differing < 0 || have[differing] > want[differing];
};

const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/**
 * Why `node_modules` has to be installed, as the end of a sentence; null where it is complete.
 * npm keeps a copy of what it installed in node_modules/.package-lock.json and writes that last, so a
 * broken-off installation is noticed. Optional packages of other platforms are rightly absent from it.
 */
function whatIsMissing() {
  if (!existsSync(join(root, 'node_modules', '.package-lock.json')))
    return 'they are not installed yet';
  const installed = readJson('node_modules/.package-lock.json').packages;
  for (const [path, wanted] of Object.entries(readJson('package-lock.json').packages)) {
    if (path === '') continue;
    const have = installed[path];
    const name = path.replace(/^.*node_modules\//, '');
    if (!have && !wanted.optional) return `${name} ${wanted.version} is missing`;
    if (have && have.version !== wanted.version)
      return `${name} is ${have.version} and package-lock.json names ${wanted.version}`;
    if (have && !existsSync(join(root, path))) return `${name} is missing from node_modules`;
  }
  return null;
}

const wanted = readJson('package.json').engines.node;
if (!reaches(process.versions.node.split('.').map(Number), atLeast(wanted))) {
  console.error(
    `This is Node ${process.versions.node}, and the lab needs ${wanted}. Install a newer Node from ` +
      'https://nodejs.org and run the command again.',
  );
  process.exit(1);
}

const reason = whatIsMissing();
if (reason) {
  console.log(`Installing the packages of package-lock.json: ${reason}.`);
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) {
    console.error(
      'npm could not install the packages; its own message is above. With a network connection ' +
        '(or a configured registry) run the command again.',
    );
    process.exit(1);
  }
}
