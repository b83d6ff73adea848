//! Reads a text from left to right. A rule works on a copy: what does not fit leaves no trace.

/// What is left of a text, and what stood before it.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    before: &'a [char],
    rest: &'a [char],
    taken: usize,
}

impl<'a> Reader<'a> {
    /// `before` and `rest` are neighbours.
    pub fn new(before: &'a [char], rest: &'a [char]) -> Self {
        Self {
            before,
            rest,
            taken: 0,
        }
    }

    /// Characters taken so far.
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// The next character.
    pub fn peek(&self) -> Option<char> {
        self.rest.first().copied()
    }

    /// What is left.
    pub fn rest(&self) -> &'a [char] {
        self.rest
    }

    /// The character before the text, whatever was taken since.
    pub fn previous(&self) -> Option<char> {
        self.before.last().copied()
    }

    /// The words before the text, without spaces and colons at their end, end with one of these.
    pub fn follows(&self, words: &[&str]) -> bool {
        let mut before = self.before;
        while let [head @ .., ' ' | '：' | ':' | '是' | '为'] = before {
            before = head;
        }
        words.iter().any(|word| {
            let mut back = before.iter().rev();
            word.chars().rev().all(|char| back.next() == Some(&char))
        })
    }

    /// Takes one character.
    pub fn take(&mut self) -> Option<char> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.taken += 1;
        Some(*first)
    }

    /// Takes the next character when it is one of these.
    pub fn one_of(&mut self, allowed: &str) -> Option<char> {
        self.peek().filter(|next| allowed.contains(*next))?;
        self.take()
    }

    /// Takes these characters when all of them come next.
    pub fn exactly(&mut self, word: &str) -> Option<()> {
        let mut copy = self.clone();
        for expected in word.chars() {
            (copy.take()? == expected).then_some(())?;
        }
        *self = copy;
        Some(())
    }

    /// Takes as many as suit.
    pub fn while_is(&mut self, suits: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(next) = self.peek().filter(|next| suits(*next)) {
            taken.push(next);
            self.take();
        }
        taken
    }

    /// Takes all ASCII digits that come next; none when their number is not in these bounds.
    pub fn digits(&mut self, least: usize, most: usize) -> Option<String> {
        let mut copy = self.clone();
        let digits = copy.while_is(|char| char.is_ascii_digit());
        (least..=most).contains(&digits.len()).then(|| {
            *self = copy;
            digits
        })
    }

    /// Takes digits that are a number in these bounds, one or two of them.
    pub fn small(&mut self, bounds: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let mut copy = self.clone();
        let number = copy.digits(1, 2)?.parse().ok()?;
        bounds.contains(&number).then(|| {
            *self = copy;
            number
        })
    }

    /// Takes spaces.
    pub fn spaces(&mut self) {
        self.while_is(|char| char == ' ');
    }
}
