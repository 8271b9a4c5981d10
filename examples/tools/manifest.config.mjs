// How `npm run manifest` reads the element: its class comment is the contract.

/** In the package, the module is a script of `dist`. */
const published = {
  name: 'published',
  packageLinkPhase({ customElementsManifest: manifest }) {
    const json = JSON.stringify(manifest).replaceAll('src/element.ts', 'dist/element.js')
    Object.assign(manifest, JSON.parse(json))
    delete manifest.readme
    for (const module of manifest.modules) {
      module.declarations = module.declarations.filter(({ customElement }) => customElement)
      for (const declaration of module.declarations) {
        // What is internal, and what every custom element has.
        declaration.members = declaration.members.filter(
          ({ name, static: ofClass, privacy }) => !ofClass && privacy !== 'private' && !name.startsWith('#'),
        )
        declaration.superclass = { name: 'HTMLElement' }
      }
      const names = module.declarations.map(({ name }) => name)
      module.exports = module.exports.filter(({ declaration }) => names.includes(declaration.name))
    }
  },
}

export default {
  globs: ['src/element.ts'],
  plugins: [published],
}
