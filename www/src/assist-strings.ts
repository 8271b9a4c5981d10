/** Words of what helps to word a query, in Japanese and English; loaded with it. */

import type { FilterKey } from './types.js'

/** The words of filters, suggestions and earlier searches; the element's `strings` may replace some. */
export interface AssistStrings {
  suggestions: string
  didYouMean(query: string): string
  filters: string
  /** The same with how many are set. */
  filtersSet(set: number): string
  clearFilters: string
  /** Shows the rest of a filter's values. */
  all: string
  keys: Record<FilterKey, string>
  sort: string
  relevance: string
  newest: string
  recentTitle: string
  /** Names an option that repeats an earlier search. */
  recent(query: string): string
  clearRecent: string
}

const ja: AssistStrings = {
  suggestions: '検索候補',
  didYouMean: query => `もしかして：${query}`,
  filters: '絞り込み',
  filtersSet: set => `絞り込み（${set}）`,
  clearFilters: '絞り込みを解除',
  all: 'すべて表示',
  keys: { tags: 'タグ', year: '年', lang: '言語', section: '分類' },
  sort: '並び順',
  relevance: '関連度',
  newest: '新しい順',
  recentTitle: '最近の検索',
  recent: query => `最近の検索：${query}`,
  clearRecent: '検索履歴を消す',
}

const en: AssistStrings = {
  suggestions: 'Suggestions',
  didYouMean: query => `Did you mean: ${query}`,
  filters: 'Filters',
  filtersSet: set => `Filters (${set})`,
  clearFilters: 'Remove filters',
  all: 'Show all',
  keys: { tags: 'Tags', year: 'Year', lang: 'Language', section: 'Section' },
  sort: 'Order',
  relevance: 'Relevance',
  newest: 'Newest',
  recentTitle: 'Earlier searches',
  recent: query => `Earlier search: ${query}`,
  clearRecent: 'Clear earlier searches',
}

/** The words for `lang`, with those of `own` in place of the built-in ones. */
export function assistStringsFor(lang: string, own: Partial<AssistStrings>): AssistStrings {
  return { ...(/^ja\b/i.test(lang) ? ja : en), ...own }
}
