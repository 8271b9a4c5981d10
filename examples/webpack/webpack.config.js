export default {
  mode: 'production',
  entry: './main.js',
  output: { filename: 'main.js', module: true },
  experiments: { outputModule: true },
}
