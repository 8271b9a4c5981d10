//! Aliases: other ways to write the terms of an index, so that one finds the
//! other. Each is made by rule from the terms at hand and the dictionary.
//!
//! | alias                         | of                  | by                                |
//! |-------------------------------|---------------------|-----------------------------------|
//! | けんさく                       | 検索                | how the dictionary reads it       |
//! | 検索                           | けんさく, ケンサク   | the same, where both are terms    |
//! | りんご, リンゴ                 | each other          | the other kana, both terms        |
//! | 引越し, 引っ越し, お出掛け, おでかけ | each other     | one reading; of the kanji of one, those of the other in their order |
//! | インタフェース, インターフェイス | each other          | the same but for long vowels and small kana |
//! | 引越し, 受付                   | 引っ越し, 受け付け   | kana between kanji left out, or all; and the other way where both are terms |
//! | 受付, 読み込み                 | 受け付ける, 読み込む  | the same of what a verb is as a noun, where that is a term; and the other way |
//! | 振る舞い                       | ふるまう             | the same reading of what a verb is as a noun |
//! | 超える, 替わる                 | 越える, 代わる       | one reading, and two kanji that are written for one word |
//! | 国学                          | 國學                | new kanji for old ones; and the other way where both are terms |
//! | 渡邊                          | 渡辺                | old kanji that names are written with |
//! | バイオリン                     | ヴァイオリン         | ヴ with a vowel, where only that is a term |
//!
//! A long vowel at the end (サーバ, サーバー) needs no alias: a query tries both.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use sakuin::format::lexicon::is_word;
use sakuin::text::kana::{hiragana, is_kana, katakana};
use sakuin::text::line::ALIAS;

use super::SiteWords;
use super::dictionary::DICTIONARY;

/// More terms of one reading are too many to be meant.
const MAX_SAME: usize = 40;

/// The aliases of terms with their document frequencies, in order, each with the
/// frequency of its term. Words of the site's own are read as these say, too.
pub fn aliases<'a>(
    terms: impl Iterator<Item = (&'a str, u32)>,
    site: &SiteWords,
) -> Vec<(String, u32)> {
    let of_site = site.readings();
    let is_read = |term: &str| is_japanese(term) || of_site.contains_key(term);
    let terms: BTreeMap<&str, u32> = terms.filter(|(term, _)| is_read(term)).collect();
    let mut pairs: BTreeSet<(String, &str)> = BTreeSet::new();
    // How words are read: each as it is written, and the term that it is a form of.
    let mut read: BTreeMap<String, Vec<(String, &str)>> = BTreeMap::new();
    let mut sounds: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let old_kanji = old_kanji();
    for &term in terms.keys() {
        if term.chars().all(is_kana) {
            let other = if term.starts_with(is_hiragana) { katakana(term) } else { hiragana(term) };
            if terms.contains_key(other.as_str()) {
                pairs.insert((other, term));
            }
            for noun in nouns(term) {
                read.entry(noun.clone()).or_default().push((noun, term));
            }
            if !term.chars().any(is_hiragana) {
                sounds.entry(sound(term)).or_default().push(term);
            }
            continue;
        }
        let mut readings = DICTIONARY.readings(term);
        readings.extend(of_site.get(term).into_iter().flatten().cloned());
        readings.sort_unstable();
        readings.dedup();
        if !readings.is_empty() {
            for short in shorter(term) {
                if let Some((&short, _)) = terms.get_key_value(&*short) {
                    pairs.insert((term.to_string(), short));
                }
                pairs.insert((short, term));
            }
            for noun in nouns(term).iter().filter(|noun| kanji(noun).count() > 1) {
                for noun in shorter(noun).iter().chain([noun]) {
                    let Some((&noun, _)) = terms.get_key_value(&**noun) else { continue };
                    pairs.insert((term.to_string(), noun));
                    pairs.insert((noun.to_string(), term));
                }
            }
        }
        let new: String = term.chars().map(|c| *old_kanji.get(&c).unwrap_or(&c)).collect();
        if new != term {
            if let Some((&new, _)) = terms.get_key_value(&*new) {
                pairs.insert((term.to_string(), new));
            }
            pairs.insert((new, term));
        }
        for (new, old) in NAME_KANJI {
            if term.contains(*new) {
                pairs.insert((term.replace(*new, &old.to_string()), term));
            }
        }
        for reading in readings {
            for way in [katakana(&reading), reading.clone()] {
                if let Some((&way, _)) = terms.get_key_value(way.as_str()) {
                    pairs.insert((term.to_string(), way));
                }
            }
            pairs.insert((reading.clone(), term));
            for (noun, reading) in nouns(term).into_iter().zip(nouns(&reading)) {
                read.entry(reading).or_default().push((noun, term));
            }
            read.entry(reading).or_default().push((term.to_string(), term));
        }
    }
    for same in read.values().filter(|same| same.len() <= MAX_SAME) {
        for (one, term) in same {
            let others = same.iter().filter(|(other, of)| of != term && are_variants(one, other));
            pairs.extend(others.map(|(_, other)| (term.to_string(), *other)));
        }
    }
    // A long vowel alone sounds like nothing.
    sounds.remove("");
    for same in sounds.values() {
        for &one in same.iter().take(MAX_SAME) {
            let others = same.iter().filter(|other| **other != one).take(MAX_SAME);
            pairs.extend(others.map(|other| (one.to_string(), *other)));
            let plain = one.replace("ヴァ", "バ").replace("ヴィ", "ビ");
            let plain = plain.replace("ヴェ", "ベ").replace("ヴォ", "ボ").replace('ヴ', "ブ");
            if one.contains('ヴ') && !terms.contains_key(plain.as_str()) {
                pairs.insert((plain, one));
            }
        }
    }
    let entry = |(alias, term): (String, &str)| (format!("{alias}{ALIAS}{term}"), terms[term]);
    pairs.into_iter().map(entry).filter(|(alias, _)| alias.len() < 256).collect()
}

/// Old kanji, each with the new one.
const OLD_KANJI: &str = "國国學学會会體体龍竜眞真實実舊旧畫画圖図藝芸關関變変號号數数萬万壽寿惠恵\
    廣広邊辺邉辺澤沢濱浜齋斎齊斉櫻桜瀧滝嶋島髙高﨑崎條条檜桧嶽岳淵渕籠篭\
    亞亜惡悪壓圧圍囲醫医爲為壹壱隱隠榮栄營営衞衛驛駅圓円鹽塩緣縁艷艶應応歐欧毆殴奧奥橫横溫温穩穏\
    假仮價価嚴厳繪絵擴拡殼殻覺覚樂楽勸勧卷巻寬寛歡歓觀観歸帰氣気龜亀僞偽戲戯犧犠峽峡狹狭曉暁\
    區区驅駆勳勲徑径揭掲溪渓經経繼継莖茎螢蛍輕軽鷄鶏缺欠縣県儉倹劍剣圈圏檢検權権獻献險険顯顕驗験\
    效効恆恒黃黄鑛鉱碎砕濟済劑剤雜雑參参慘惨棧桟蠶蚕贊賛殘残絲糸齒歯兒児辭辞濕湿寫写釋釈收収從従澁渋獸獣\
    縱縦肅粛處処敍叙奬奨將将燒焼稱称證証乘乗剩剰壤壌孃嬢讓譲釀醸觸触囑嘱寢寝愼慎盡尽粹粋醉酔穗穂隨随髓髄\
    樞枢聲声靜静攝摂竊窃專専戰戦淺浅踐践錢銭潛潜纖繊禪禅雙双壯壮搜捜插挿爭争總総聰聡莊荘裝装騷騒臟臓藏蔵\
    屬属續続墮堕對対帶帯滯滞臺台擇択單単擔担膽胆團団彈弾斷断癡痴遲遅晝昼蟲虫鑄鋳廳庁聽聴鎭鎮遞逓鐵鉄轉転點点傳伝\
    黨党盜盗燈灯當当鬭闘德徳獨独讀読屆届貳弐惱悩腦脳霸覇廢廃拜拝賣売發発髮髪拔抜蠻蛮祕秘佛仏拂払竝並辨弁瓣弁辯弁\
    寶宝襃褒豐豊沒没飜翻每毎滿満默黙彌弥藥薬譯訳豫予餘余與与譽誉搖揺樣様謠謡來来賴頼亂乱覽覧兩両獵猟綠緑\
    勞労樓楼爐炉灣湾淚涙壘塁禮礼隸隷靈霊齡齢戀恋鍊錬曆暦歷歴";

/// New kanji, each with an old one that names are still written with.
const NAME_KANJI: &[(char, char)] = &[
    ('辺', '邊'),
    ('辺', '邉'),
    ('沢', '澤'),
    ('浜', '濱'),
    ('斎', '齋'),
    ('斉', '齊'),
    ('桜', '櫻'),
    ('滝', '瀧'),
    ('島', '嶋'),
    ('竜', '龍'),
    ('高', '髙'),
    ('崎', '﨑'),
];

/// The pairs of [`OLD_KANJI`].
fn old_kanji() -> HashMap<char, char> {
    let kanji: Vec<char> = OLD_KANJI.chars().collect();
    kanji.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

/// What a verb may be as a noun: 受け付け of 受け付ける, 読み込み of 読み込む.
fn nouns(verb: &str) -> Vec<String> {
    let Some(last) = verb.chars().next_back() else { return Vec::new() };
    let rest = &verb[..verb.len() - last.len_utf8()];
    let mut nouns = Vec::new();
    if last == 'る' {
        nouns.push(rest.to_string());
    }
    if let Some(at) = "うくぐすつぬぶむる".chars().position(|ending| ending == last) {
        nouns.extend("いきぎしちにびみり".chars().nth(at).map(|last| format!("{rest}{last}")));
    }
    nouns
}

fn is_japanese(term: &str) -> bool {
    let wide = |c: char| is_kana(c) || matches!(c, '\u{3400}'..='\u{9fff}' | '々' | '〆' | '〇');
    is_word(term) && term.chars().all(wide)
}

fn is_hiragana(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ')
}

fn kanji(word: &str) -> impl Iterator<Item = char> {
    word.chars().filter(|c| !is_kana(*c))
}

/// A word without its kana between kanji, and without any, where these differ.
fn shorter(term: &str) -> Vec<String> {
    let is_kanji = |c: char| !is_kana(c);
    let kanji: String = kanji(term).collect();
    if kanji.chars().count() < 2 || !term.starts_with(is_kanji) {
        return Vec::new();
    }
    let tail = term.trim_start_matches(|c| !is_hiragana(c));
    let tail = tail.rfind(is_kanji).map_or(tail, |at| {
        let last = tail[at..].chars().next().map_or(0, char::len_utf8);
        &tail[at + last..]
    });
    let mut shorter = vec![format!("{kanji}{tail}"), kanji];
    shorter.retain(|short| short != term);
    shorter.dedup();
    shorter
}

/// Katakana without what loan words are spelled with or without.
pub(super) fn sound(term: &str) -> String {
    let mut sound = String::new();
    // マトリックス and マトリクス, but バッグ and バグ are two words.
    let is_long = term.chars().count() > 4;
    let mut chars = term.chars().peekable();
    while let Some(c) = chars.next() {
        let small = chars.peek().copied().and_then(|next| "ァィゥェォ".find(next));
        match (c, small) {
            ('ー', _) => continue,
            ('ッ', _) if is_long => continue,
            ('ヴ', Some(at)) => {
                chars.next();
                sound.extend("バビブベボ".chars().nth(at / 3));
            }
            ('ヴ', None) => sound.push('ブ'),
            ('ヂ', _) => sound.push('ジ'),
            ('ヅ', _) => sound.push('ズ'),
            ('ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ', _) => sound.extend(vowel(c)),
            ('ヮ', _) => sound.push('ワ'),
            _ => sound.push(c),
        }
    }
    // A vowel that only makes the one before it long: エイ and エー, オウ and オー.
    let long = |(before, c): (char, char)| match c {
        'イ' => "ケセテネヘメレゲゼデベペェエイフ".contains(before),
        'ウ' => "コソトノホモヨロゴゾドボポョオ".contains(before),
        _ => false,
    };
    let before = ['\0'].into_iter().chain(sound.chars());
    before.zip(sound.chars()).filter(|pair| !long(*pair)).map(|(_, c)| c).collect()
}

/// A small vowel, whole.
fn vowel(small: char) -> Option<char> {
    char::from_u32(small as u32 + 1)
}

/// Whether two words that are read the same are one word.
fn are_variants(one: &str, other: &str) -> bool {
    let (mut fewer, mut more) = (one, other);
    if kanji(one).count() > kanji(other).count() {
        (fewer, more) = (other, one);
    }
    if kanji(fewer).next().is_none() {
        // Of kana only where they go on as the other ends: ふるまい and 振る舞い, but no かい and 会.
        let last = more.chars().next_back();
        return fewer.chars().count() > 2
            && last.is_some_and(is_hiragana)
            && last == fewer.chars().next_back();
    }
    // The kanji of one are among those of the other, in their order.
    let mut rest = kanji(more);
    kanji(fewer).all(|c| rest.any(|d| c == d)) || differ_in_use(one, other)
}

/// Whether two words differ in one kanji, and by what they are used for.
fn differ_in_use(one: &str, other: &str) -> bool {
    if one.chars().count() != other.chars().count() {
        return false;
    }
    let mut differing = one.chars().zip(other.chars()).filter(|(c, d)| c != d);
    match (differing.next(), differing.next()) {
        (Some((c, d)), None) => OF_ONE_WORD.iter().any(|of| of.contains(c) && of.contains(d)),
        _ => false,
    }
}

/// Kanji that one word is written with, by what it is used for (異字同訓): 越える and 超える.
const OF_ONE_WORD: &[&str] = &[
    "合会遭",
    "上揚挙",
    "明空開",
    "暖温",
    "熱暑",
    "当充",
    "痕跡後",
    "表現著",
    "痛傷悼",
    "受請",
    "打討撃",
    "写映",
    "生産",
    "得獲",
    "犯侵冒",
    "贈送",
    "遅後",
    "起興",
    "収納治修",
    "押推",
    "踊躍",
    "降下",
    "帰返",
    "顧省",
    "変替換代",
    "掛架懸",
    "影陰",
    "形型",
    "固堅硬",
    "乾渇",
    "聞聴",
    "利効",
    "切斬",
    "極究窮決",
    "込混",
    "超越",
    "応答",
    "捜探",
    "裂割",
    "刺差指挿",
    "覚冷",
    "触障",
    "静鎮",
    "絞搾",
    "締絞閉",
    "進勧薦",
    "刷擦",
    "沿添",
    "供備",
    "耐堪",
    "尋訪",
    "戦闘",
    "断絶裁",
    "建立",
    "尊貴",
    "使遣",
    "付着就",
    "次継接",
    "作造創",
    "勤務努",
    "解溶",
    "整調",
    "止留",
    "取採執撮捕",
    "無亡失",
    "伸延",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> Vec<String> {
        let site = SiteWords::parse("kubernetes,,クーベネティス\n推し活,推し活,オシカツ").unwrap();
        let aliases = aliases(words.iter().map(|&word| (word, 1)), &site);
        aliases.into_iter().map(|(alias, _)| alias.replace(ALIAS, "=")).collect()
    }

    #[test]
    fn words_are_found_by_their_reading() {
        assert_eq!(of(&["検索"]), ["けんさく=検索"]);
        assert_eq!(of(&["曖昧", "あいまい"]), ["あいまい=曖昧", "曖昧=あいまい"]);
        assert!(of(&["市場"]).contains(&"いちば=市場".to_string()));
        assert_eq!(of(&["rust", "\u{1}文検"]), Vec::<String>::new());
        assert_eq!(of(&["推し活"]), ["おしかつ=推し活", "推活=推し活"]);
        assert_eq!(of(&["kubernetes"]), ["くーべねてぃす=kubernetes"]);
    }

    #[test]
    fn variants_find_each_other() {
        for [one, other] in [
            ["引越し", "引っ越し"],
            ["りんご", "リンゴ"],
            ["インタフェース", "インターフェイス"],
            ["ウイルス", "ウィルス"],
            ["バイオリン", "ヴァイオリン"],
            ["マトリクス", "マトリックス"],
            ["読込", "読み込む"],
            ["受付", "受け付ける"],
            ["振る舞い", "ふるまう"],
            ["超える", "越える"],
            ["代わり", "替わる"],
            ["生物", "生き物"],
            ["国会", "國會"],
        ] {
            let aliases = of(&[one, other]);
            for pair in [format!("{one}={other}"), format!("{other}={one}")] {
                assert!(aliases.contains(&pair), "{pair} not in {aliases:?}");
            }
        }
        for short in ["引越し", "引越"] {
            assert!(of(&["引っ越し"]).contains(&format!("{short}=引っ越し")));
        }
        assert!(of(&["ヴァイオリン"]).contains(&"バイオリン=ヴァイオリン".to_string()));
        assert_eq!(of(&["國學"]), ["国学=國學"]);
        assert!(of(&["渡辺"]).contains(&"渡邊=渡辺".to_string()));
        let sounds = of(&["バッグ", "バグ"]);
        assert!(!sounds.contains(&"バグ=バッグ".to_string()), "{sounds:?}");
        for [one, other] in
            [["機会", "機械"], ["買う", "飼う"], ["会", "かう"], ["欠ける", "掛ける"]]
        {
            let homophones = of(&[one, other]);
            assert!(!homophones.contains(&format!("{one}={other}")), "{homophones:?}");
        }
    }
}
