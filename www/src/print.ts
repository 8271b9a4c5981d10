/** Prints the post alone: a style sheet for the page around the element, while a post is open. */

/** The attribute of the element whose post is open. */
const READING = 'data-reading'

/** Hides all that neither is the element nor holds it. */
const CSS_TEXT = `@media print {
  body :not([${READING}], :has([${READING}])) { display: none !important }
  html { color-scheme: light !important; background: #fff !important }
  body, body :has([${READING}]) {
    all: initial !important;
    display: block !important
  }
}`

let sheet: CSSStyleSheet | undefined

/** From now on only the post of `host` is printed, whoever asks for it. */
export function startPrintingOnly(host: HTMLElement): void {
  host.setAttribute(READING, '')
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(CSS_TEXT)
  }
  const { adoptedStyleSheets } = document
  if (!adoptedStyleSheets.includes(sheet)) adoptedStyleSheets.push(sheet)
}

export function stopPrintingOnly(host: HTMLElement): void {
  host.removeAttribute(READING)
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter(other => other !== sheet)
}
