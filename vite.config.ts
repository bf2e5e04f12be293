import { svelte } from '@sveltejs/vite-plugin-svelte';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';

/**
 * The lab works without a network from the second visit on. A new version waits until the person takes it: a page
 * is never reloaded by itself, least of all during a run. Answers are kept with their headers, so a page from the
 * cache is isolated (and has its threads) where the page from the server was.
 */
const offline = VitePWA({
  registerType: 'prompt',
  injectRegister: false,
  filename: 'sw.js',
  manifest: {
    name: 'RLHF Lab',
    short_name: 'RLHF Lab',
    description: 'Train the whole InstructGPT pipeline on your own machine, in the browser.',
    lang: 'en',
    start_url: './',
    scope: './',
    display: 'standalone',
    background_color: '#faf9f6',
    theme_color: '#faf9f6',
    icons: [{ src: 'icons/lab.svg', sizes: 'any', type: 'image/svg+xml' }],
  },
  workbox: {
    cacheId: 'rlhf-lab',
    // Of KaTeX's fonts the browsers that can run the lab take the woff2 ones.
    globPatterns: ['**/*.{html,js,css,wasm,svg,woff2}', 'base/**/*.{json,safetensors}'],
    // Pictures of the page are for its readers, not for the page.
    globIgnores: ['screenshots/**'],
    maximumFileSizeToCacheInBytes: 64e6,
    cleanupOutdatedCaches: true,
    // The first visit is served from what is kept as soon as it is.
    clientsClaim: true,
    ignoreURLParametersMatching: [/^backend$/],
    sourcemap: false,
  },
});

/** The page is rooted in `src`; `public` holds data only; `build/` holds the compiled SIMD kernels. */
export default defineConfig({
  root: 'src',
  publicDir: '../public',
  base: './',
  plugins: [svelte({ configFile: false }), offline],
  worker: { format: 'es' },
  build: { outDir: '../dist', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 2000 },
  server: { fs: { allow: ['..'] } },
  test: {
    root: '.',
    include: ['tests/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    poolOptions: { forks: { maxForks: 2 } },
  },
});
