import 'sakuin/element'

/** The search box; `onResults` is called with each answer. */
export function Search({ onResults, ...attributes }) {
  return <sakuin-search {...attributes} onsakuin-results={event => onResults?.(event.detail)} />
}
