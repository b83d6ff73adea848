//! Where AT-SPI is known to tell something else than the screens say, and whose fault that is.

use crate::tree::Node;

/// One difference that the screens cannot mend.
pub struct Gap {
    pub reason: &'static str,
    kind: Kind,
}

enum Kind {
    /// Such nodes are told although the page has none.
    Besides(fn(&Node) -> bool),
    /// Such nodes of the page are told otherwise.
    Otherwise(fn(&Node) -> bool, fn(&mut Node)),
}

/// When one is closed, the test fails: then its entry goes.
pub const GAPS: &[Gap] = &[
    Gap {
        reason: "Slint counts a component as accessible whose own definition says `accessible-role: none`, as our `L` \
                 and `Icon` do (i-slint-compiler 1.18, lower_accessibility.rs): the words and icons inside a control \
                 are told once more, as children of an unknown role.",
        kind: Kind::Besides(|node| node.role == "unknown"),
    },
    Gap {
        reason: "AccessKit tells a button that is off as enabled (accesskit_atspi_common 0.19, mended upstream in pull \
                 request 788). Its description says why it is off, and its action does nothing.",
        kind: Kind::Otherwise(
            |node| node.role == "button" && !node.enabled,
            |node| node.enabled = true,
        ),
    },
];

impl Gap {
    /// Whether it shows on this page.
    pub fn shows(&self, page: &[Node], told: &[Node]) -> bool {
        match self.kind {
            Kind::Besides(such) => told.iter().any(such),
            Kind::Otherwise(such, _) => page.iter().any(such),
        }
    }
}

/// The page as it is to be told, as long as the gaps are there.
pub fn through(mut page: Vec<Node>) -> Vec<Node> {
    for gap in GAPS {
        if let Kind::Otherwise(such, change) = gap.kind {
            page.iter_mut().filter(|node| such(node)).for_each(change);
        }
    }
    page
}

/// What is told, without what only a gap brings in.
pub fn without_besides(told: &[Node]) -> Vec<Node> {
    let besides = |node: &Node| {
        GAPS.iter()
            .any(|gap| matches!(gap.kind, Kind::Besides(such) if such(node)))
    };
    told.iter().filter(|node| !besides(node)).cloned().collect()
}
