/** Every word the element shows or says, in Japanese and English. */

import type { Reason } from './types.js'

/** A state that is not an answer: what happened, what to do, and the name of the button for it. */
export interface Trouble {
  what: string
  next: string
  action: string
}

/** The element's words; set its `strings` property to replace some. */
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
  back: string
  previous: string
  next: string
  /** Which of the hits is open. */
  position(at: number, total: number): string
  original: string
  contents: string
  opening: string
  share: string
  linkCopied: string
  /** Where neither sharing nor the clipboard is allowed: the address, to be copied by hand. */
  copyByHand(url: string): string
  print: string
  copy: string
  copied: string
  copyFailed: string
  matches: string
  previousMatch: string
  nextMatch: string
  imageMissing: string
  imageNotSaved: string
  saveTitle: string
  notSaved(size: string): string
  save: string
  saveImages: string
  saving: string
  cancel: string
  saved(size: string): string
  savedPartly: string
  saveFull: string
  saveFailed: string
  remove: string
  /** A page that is read from what was saved. */
  savedCopy: string
  pageNotSaved: Trouble
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
  back: '検索結果に戻る',
  previous: '前の結果',
  next: '次の結果',
  position: (at, total) => `${total}件中${at}件目`,
  original: '元のページで読む',
  contents: '目次',
  opening: '読み込んでいます',
  share: '共有',
  linkCopied: 'リンクをコピーしました',
  copyByHand: url => `この記事のアドレス：${url}`,
  print: '印刷',
  copy: 'コードをコピー',
  copied: 'コピーしました',
  copyFailed: 'コピーできませんでした',
  matches: '一致した箇所',
  previousMatch: '前の一致',
  nextMatch: '次の一致',
  imageMissing: '画像を読み込めません',
  imageNotSaved: 'この画像は保存されていません',
  saveTitle: 'オフラインで読む',
  notSaved: size => `このブログを保存すると、つながらなくても検索して読めます（約${size}）。`,
  save: '保存する',
  saveImages: 'この記事の画像も保存',
  saving: '保存しています…',
  cancel: '中止',
  saved: size => `保存済み（${size}）。つながらなくても検索して読めます。`,
  savedPartly: '保存したものの一部が、ブラウザーによって消されました。',
  saveFull: '空き容量が足りず、保存できませんでした。',
  saveFailed: '保存できませんでした。通信状況を確認してください。',
  remove: '保存を取り消す',
  savedCopy: '保存した記事を表示しています',
  pageNotSaved: {
    what: 'このページは保存されていません',
    next: '保存した記事は、上の検索欄から探せます。',
    action: '再試行',
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
  back: 'Back to results',
  previous: 'Previous result',
  next: 'Next result',
  position: (at, total) => `Result ${at} of ${total}`,
  original: 'Read on its own page',
  contents: 'Contents',
  opening: 'Loading',
  share: 'Share',
  linkCopied: 'Link copied',
  copyByHand: url => `Address of this post: ${url}`,
  print: 'Print',
  copy: 'Copy code',
  copied: 'Copied',
  copyFailed: 'Could not copy',
  matches: 'Matches',
  previousMatch: 'Previous match',
  nextMatch: 'Next match',
  imageMissing: 'the picture can’t be loaded',
  imageNotSaved: 'the picture is not saved',
  saveTitle: 'Read offline',
  notSaved: size => `Save this blog to search and read it without a network (about ${size}).`,
  save: 'Save',
  saveImages: 'Save this post’s pictures',
  saving: 'Saving…',
  cancel: 'Cancel',
  saved: size => `Saved (${size}). You can search and read without a network.`,
  savedPartly: 'The browser has thrown away part of what was saved.',
  saveFull: 'Not saved: there is no room left.',
  saveFailed: 'Not saved. Please check your connection.',
  remove: 'Remove',
  savedCopy: 'This is the saved post',
  pageNotSaved: {
    what: 'This page is not saved',
    next: 'You can find saved posts with the search above.',
    action: 'Try again',
  },
}

/** The words for `lang`, a BCP 47 tag: Japanese, or English for any other. */
export function stringsFor(lang: string): Strings {
  return /^ja\b/i.test(lang) ? ja : en
}
