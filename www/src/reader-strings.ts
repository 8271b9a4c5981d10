/** Every word the reader shows or says, in Japanese and English; loaded with it. */

import { type Strings, type Trouble, stringsFor } from './strings.js'

/** The reader's words; the element's `strings` property may replace some. */
export interface ReaderStrings {
  back: string
  previous: string
  next: string
  /** Which of the hits is open. */
  position(at: number, total: number): string
  original: string
  contents: string
  related: string
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
  /** Names of notes by their kind. */
  alerts: Record<string, string>
  /** Where a post is too long to be shown whole. */
  cut: string
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

/** All that an element says. */
export type AllStrings = Strings & ReaderStrings

/** The words of an element that has replaced some. */
export type OwnStrings = Strings & Partial<ReaderStrings>

const ja: ReaderStrings = {
  back: '検索結果に戻る',
  previous: '前の結果',
  next: '次の結果',
  position: (at, total) => `${total}件中${at}件目`,
  original: '元のページで読む',
  contents: '目次',
  related: '関連する記事',
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
  alerts: { note: '補足', tip: 'ヒント', important: '重要', warning: '注意', caution: '警告' },
  cut: '長い記事のため、表示はここまでです。続きは元のページで読めます。',
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

const en: ReaderStrings = {
  back: 'Back to results',
  previous: 'Previous result',
  next: 'Next result',
  position: (at, total) => `Result ${at} of ${total}`,
  original: 'Read on its own page',
  contents: 'Contents',
  related: 'Related posts',
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
  alerts: { note: 'Note', tip: 'Tip', important: 'Important', warning: 'Warning', caution: 'Caution' },
  cut: 'This post is too long to be shown whole. Its own page has the rest.',
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

/** All words for `lang`, but for those that `own` replaces. */
export function readerStringsFor(lang: string, own?: OwnStrings): AllStrings {
  return { ...(/^ja\b/i.test(lang) ? ja : en), ...(own ?? stringsFor(lang)) }
}
