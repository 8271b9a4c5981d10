export default {
  input: 'main.js',
  output: { dir: 'dist', format: 'esm', minify: true },
  // Worker and modules are named by `new URL(…, import.meta.url)`, as Vite and webpack follow it.
  experimental: { resolveNewUrlToAsset: true },
}
