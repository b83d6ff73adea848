//! Finding the paragraph that speaks of a question: BM25 over pairs of Chinese letters and over
//! Latin words. No model, no network; the same question always finds the same.

use std::collections::{BTreeMap, BTreeSet};

/// Usual values of the two weights of BM25.
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// A paragraph counts as an answer when it has so much of the question, weighted by rarity.
const COVERED: f64 = 0.35;

struct Document {
    terms: BTreeMap<String, u32>,
    length: f64,
}

/// An index over texts.
pub struct Index {
    documents: Vec<Document>,
    /// In how many documents each term is.
    spread: BTreeMap<String, u32>,
    average: f64,
}

/// A text that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Position of the text.
    pub document: usize,
    /// Score of BM25.
    pub score: f64,
}

impl Index {
    /// Indexes texts in their order.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let documents: Vec<Document> = texts.into_iter().map(document).collect();
        let mut spread = BTreeMap::new();
        for term in documents.iter().flat_map(|document| document.terms.keys()) {
            *spread.entry(term.clone()).or_insert(0) += 1;
        }
        let total: f64 = documents.iter().map(|document| document.length).sum();
        Self {
            average: total / (documents.len().max(1) as f64),
            documents,
            spread,
        }
    }

    /// The best texts for a question, best first. What has little of the question is not found:
    /// saying so is better than quoting something else.
    pub fn find(&self, question: &str, most: usize) -> Vec<Hit> {
        let asked: BTreeSet<String> = terms(question).into_iter().collect();
        let weight: f64 = asked.iter().map(|term| self.rarity(term)).sum();
        let mut hits: Vec<Hit> = self
            .documents
            .iter()
            .enumerate()
            .filter(|(_, document)| {
                let there = asked.iter().filter(|term| document.terms.contains_key(*term));
                let covered: f64 = there.map(|term| self.rarity(term)).sum();
                weight > 0.0 && covered / weight >= COVERED
            })
            .map(|(index, document)| Hit {
                document: index,
                score: asked.iter().map(|term| self.score(document, term)).sum(),
            })
            .collect();
        hits.sort_by(|one, two| {
            two.score
                .total_cmp(&one.score)
                .then(one.document.cmp(&two.document))
        });
        hits.truncate(most);
        hits
    }

    /// Inverse document frequency; a term that is nowhere is the rarest.
    fn rarity(&self, term: &str) -> f64 {
        let spread = f64::from(self.spread.get(term).copied().unwrap_or(0));
        let count = self.documents.len() as f64;
        ((count - spread + 0.5) / (spread + 0.5)).ln_1p()
    }

    fn score(&self, document: &Document, term: &str) -> f64 {
        let Some(count) = document.terms.get(term) else {
            return 0.0;
        };
        let count = f64::from(*count);
        let length = 1.0 - B + B * document.length / self.average.max(1.0);
        self.rarity(term) * count * (K1 + 1.0) / (count + K1 * length)
    }
}

fn document(text: &str) -> Document {
    let mut counted = BTreeMap::new();
    let all = terms(text);
    let length = all.len() as f64;
    for term in all {
        *counted.entry(term).or_insert(0) += 1;
    }
    Document {
        terms: counted,
        length,
    }
}

/// Words of every question that say nothing of its matter; a pair never reaches across one.
const EMPTY: [&str; 29] = [
    "怎么办",
    "怎么",
    "怎样",
    "什么",
    "如何",
    "请问",
    "想问",
    "可以",
    "需要",
    "哪些",
    "哪里",
    "多少",
    "我想",
    "我要",
    "吗",
    "呢",
    "的",
    "了",
    "我",
    "您",
    "你",
    "要",
    "能",
    "是",
    "有",
    "在",
    "和",
    "会",
    "好",
];
const EMPTY_LATIN: [&str; 10] = ["how", "what", "can", "the", "for", "and", "do", "is", "to", "i"];

/// Pairs of neighbouring Chinese letters, and Latin words and numbers in small letters.
fn terms(text: &str) -> Vec<String> {
    let text = EMPTY
        .iter()
        .fold(text.to_owned(), |text, empty| text.replace(empty, " "));
    let mut terms = Vec::new();
    let mut word = String::new();
    let mut before: Option<char> = None;
    let flush = |word: &mut String, terms: &mut Vec<String>| {
        if !word.is_empty() {
            terms.push(std::mem::take(word));
        }
    };
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            before = None;
            word.push(letter.to_ascii_lowercase());
            continue;
        }
        flush(&mut word, &mut terms);
        let chinese = letter.is_alphabetic();
        if let Some(before) = before.filter(|_| chinese) {
            terms.push(format!("{before}{letter}"));
        }
        before = chinese.then_some(letter);
    }
    flush(&mut word, &mut terms);
    terms.retain(|term| !EMPTY_LATIN.contains(&term.as_str()));
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 4] = [
        "年满八十周岁的老人可以申请高龄津贴，批准后每月打到银行卡。",
        "最低生活保障按家庭申请，共同生活的家庭成员都要签署授权书。",
        "残疾人两项补贴分为生活补贴和护理补贴，护理补贴发给重度残疾人。",
        "Marriage registration needs the identity card and a signed statement.",
    ];

    fn best(question: &str) -> Option<usize> {
        Index::new(TEXTS)
            .find(question, 3)
            .first()
            .map(|hit| hit.document)
    }

    #[test]
    fn a_question_finds_the_paragraph_that_speaks_of_it() {
        assert_eq!(best("高龄津贴怎么申请"), Some(0));
        assert_eq!(best("家里人要签授权书吗，最低生活保障"), Some(1));
        assert_eq!(best("护理补贴"), Some(2));
        assert_eq!(best("MARRIAGE registration"), Some(3));
    }

    #[test]
    fn what_no_paragraph_speaks_of_finds_nothing() {
        for question in ["今天天气好不好", "怎么炒股", "", "？！", "how to fly", "请问"] {
            assert_eq!(best(question), None, "{question}");
        }
    }

    #[test]
    fn rare_words_weigh_more_than_common_ones() {
        let index = Index::new(["补贴 申请 流程", "补贴 申请 护理", "补贴 申请 时间"]);
        assert_eq!(index.find("申请 护理 补贴", 1)[0].document, 1);
        let scores: Vec<f64> = index.find("申请 补贴", 3).iter().map(|hit| hit.score).collect();
        assert!(scores.windows(2).all(|pair| pair[0] >= pair[1]));
    }

    #[test]
    fn letters_pair_up_and_words_stay_whole() {
        assert_eq!(terms("低保，A4纸 80岁"), ["低保", "a4", "80"]);
        assert_eq!(terms("最低生活"), ["最低", "低生", "生活"]);
    }
}
