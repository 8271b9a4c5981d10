/** Style sheets made without a `<style>`, which `style-src 'self'` would refuse. */

const sheets = new Map<string, CSSStyleSheet>()

/** Adopts the style sheet `css` into `root`, once; all elements share it. */
export function adopt(root: DocumentOrShadowRoot, css: string): void {
  let sheet = sheets.get(css)
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    sheets.set(css, sheet)
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet)
}
