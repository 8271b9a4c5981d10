/** Every word the search box shows or says, in Japanese and English. */

import type { Reason } from './types.js'

/** A state that is not an answer: what happened, what to do, and the name of the button for it. */
export interface Trouble {
  what: string
  next: string
  action: string
}

/** The box's words; set the element's `strings` property to replace some. */
export interface Strings {
  /** Names the box, the button and the dialog. */
  search: string
  placeholder: string
  clear: string
  close: string
  results: string
  more: string
  /** Posts found; `exact` is false when there may be more. */
  count(total: number, exact: boolean): string
  empty(query: string): string
  emptyNext: string
  trouble: Record<Reason, Trouble>
}

const ja: Strings = {
  search: '検索',
  placeholder: '記事を検索',
  clear: '入力を消す',
  close: '閉じる',
  results: '検索結果',
  more: 'さらに表示',
  count: (total, exact) => `${exact ? '' : '約'}${total.toLocaleString('ja')}件`,
  empty: query => `「${query}」に一致する記事はありません`,
  emptyNext: '言葉を短くするか、別の言い方でお試しください。',
  trouble: {
    offline: {
      what: '検索サーバーに接続できません',
      next: '通信状況を確認してから、もう一度お試しください。',
      action: '再試行',
    },
    blocked: {
      what: 'このページの設定により、検索を利用できません',
      next: 'サイトの運営者にお知らせください。',
      action: '再試行',
    },
    version: {
      what: '検索が新しくなりました',
      next: 'ページを再読み込みしてください。',
      action: '再読み込み',
    },
    broken: {
      what: '検索用のデータを読み込めません',
      next: '時間をおいて、もう一度お試しください。',
      action: '再試行',
    },
  },
}

const plural = new Intl.PluralRules('en')

const en: Strings = {
  search: 'Search',
  placeholder: 'Search posts',
  clear: 'Clear',
  close: 'Close',
  results: 'Search results',
  more: 'Show more',
  count(total, exact) {
    const noun = plural.select(total) === 'one' ? 'result' : 'results'
    return `${exact ? '' : 'about '}${total.toLocaleString('en')} ${noun}`
  },
  empty: query => `Nothing found for “${query}”`,
  emptyNext: 'Try fewer or other words.',
  trouble: {
    offline: {
      what: 'The search server can’t be reached',
      next: 'Check your connection, then try again.',
      action: 'Try again',
    },
    blocked: {
      what: 'This page’s settings don’t allow search',
      next: 'Please tell the site’s owner.',
      action: 'Try again',
    },
    version: {
      what: 'Search has been updated',
      next: 'Please reload the page.',
      action: 'Reload',
    },
    broken: {
      what: 'The search data can’t be loaded',
      next: 'Please try again later.',
      action: 'Try again',
    },
  },
}

/** The words for `lang`, a BCP 47 tag: Japanese, or English for any other. */
export function stringsFor(lang: string): Strings {
  return /^ja\b/i.test(lang) ? ja : en
}
