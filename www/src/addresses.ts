/** The forms in which an index may hold the address of a page. */

/** Addresses that may mean the page at `pathname`, the likeliest first. */
export function addressesOf(pathname: string): string[] {
  // The builder leaves letters of any script readable, and escapes what would bend a link.
  const readable = pathname.replace(/(%[89a-f][0-9a-f])+/gi, escaped => {
    try {
      return decodeURIComponent(escaped)
    } catch {
      return escaped
    }
  })
  const page = readable.replace(/(^|\/)index\.html$/, '$1')
  const forms = [page, page.endsWith('/') ? page.slice(0, -1) : `${page}/`, readable, pathname]
  const written = forms.flatMap(form => [form.normalize('NFC'), form, form.normalize('NFD')])
  return [...new Set(written)].filter(form => form !== '')
}
