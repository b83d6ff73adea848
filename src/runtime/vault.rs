//! What belongs to the present visit and must not outlive it: the chip's photo, the backend's
//! token, fetched documents, pictures of papers. One place, so that one call wipes it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use crate::document::preview::Certificate;

/// Width and height of the chip's photo.
pub(crate) const PHOTO_SIZE: (usize, usize) = (102, 126);

/// The bearer token of a visit.
pub(crate) type Token = Arc<Zeroizing<String>>;

/// A fetched document: the very bytes that are previewed and printed.
pub(crate) type Document = Arc<Certificate>;

/// A picture of a paper, JPEG.
pub(crate) type PaperPicture = Arc<Zeroizing<Vec<u8>>>;

/// A decoded photo, RGB.
pub(crate) type Photo = Arc<Zeroizing<Vec<u8>>>;

#[derive(Default)]
struct Secrets {
    /// With the number of its card: a face is never compared with another person's photo.
    photo: Option<(Zeroizing<String>, Photo)>,
    token: Option<(u64, Token)>,
    documents: HashMap<String, Document>,
    /// What the document camera took, with its visit.
    picture: Option<(u64, PaperPicture)>,
    /// Visits up to this number are over: nothing of theirs comes in any more.
    ended: Option<u64>,
}

impl Secrets {
    fn is_over(&self, session: u64) -> bool {
        self.ended.is_some_and(|ended| session <= ended)
    }
}

/// The visit's secrets; clones are the same vault. No `Debug`.
#[derive(Clone, Default)]
pub(crate) struct Vault(Arc<Mutex<Secrets>>);

impl Vault {
    /// Keeps the decoded photo of the card that was read last; `None` forgets the one before.
    pub fn set_photo(&self, number: &str, rgb: Option<Zeroizing<Vec<u8>>>) {
        self.lock().photo = rgb.map(|rgb| (Zeroizing::new(number.to_owned()), Arc::new(rgb)));
    }

    /// The photo of the card with this number, when that card was read last.
    pub fn photo(&self, number: &str) -> Option<Photo> {
        self.lock()
            .photo
            .as_ref()
            .filter(|(owner, _)| owner.as_str() == number)
            .map(|(_, photo)| Arc::clone(photo))
    }

    /// Keeps the token of a visit.
    pub fn set_token(&self, session: u64, token: Token) {
        let mut secrets = self.lock();
        if !secrets.is_over(session) {
            secrets.token = Some((session, token));
        }
    }

    /// The token of this visit.
    pub fn token(&self, session: u64) -> Option<Token> {
        self.lock()
            .token
            .as_ref()
            .filter(|(owner, _)| *owner == session)
            .map(|(_, token)| Arc::clone(token))
    }

    /// Keeps a document of a visit by its print job; `false` when the visit is over.
    pub fn set_document(&self, session: u64, job_id: &str, document: Document) -> bool {
        let mut secrets = self.lock();
        let over = secrets.is_over(session);
        if !over {
            secrets.documents.insert(job_id.to_owned(), document);
        }
        !over
    }

    /// The document of a print job.
    pub fn document(&self, job_id: &str) -> Option<Document> {
        self.lock().documents.get(job_id).cloned()
    }

    /// Keeps what the document camera took in a visit that is not over.
    pub fn set_picture(&self, session: u64, jpeg: PaperPicture) {
        let mut secrets = self.lock();
        if !secrets.is_over(session) {
            secrets.picture = Some((session, jpeg));
        }
    }

    /// What the document camera took in this visit.
    pub fn picture(&self, session: u64) -> Option<PaperPicture> {
        self.lock()
            .picture
            .as_ref()
            .filter(|(owner, _)| *owner == session)
            .map(|(_, jpeg)| Arc::clone(jpeg))
    }

    /// Forgets what the document camera took.
    pub fn forget_picture(&self) {
        self.lock().picture = None;
    }

    /// Forgets everything; each buffer is zeroed with its last holder.
    pub fn wipe(&self) {
        let mut secrets = self.lock();
        let ended = secrets.ended;
        *secrets = Secrets {
            ended,
            ..Secrets::default()
        };
    }

    /// The end of a visit: forgets everything, and what still comes in late.
    pub fn end(&self, session: u64) {
        self.lock().ended = Some(session);
        self.wipe();
    }

    /// Whether this visit has ended.
    pub fn is_over(&self, session: u64) -> bool {
        self.lock().is_over(session)
    }

    fn lock(&self) -> MutexGuard<'_, Secrets> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_given_to_its_own_visit_only() {
        let vault = Vault::default();
        vault.set_token(3, Arc::new(Zeroizing::new("secret".to_owned())));
        assert!(vault.token(3).is_some());
        assert!(vault.token(4).is_none());
    }

    #[test]
    fn what_comes_after_the_end_of_its_visit_is_not_kept() {
        let vault = Vault::default();
        vault.end(3);
        vault.set_token(3, Arc::new(Zeroizing::new("late".to_owned())));
        assert!(vault.token(3).is_none());
        vault.set_token(4, Arc::new(Zeroizing::new("next".to_owned())));
        assert!(vault.token(4).is_some());
    }

    #[test]
    fn a_photo_is_given_for_its_own_card_only() {
        let vault = Vault::default();
        vault.set_photo("A", Some(Zeroizing::new(vec![1])));
        assert!(vault.photo("A").is_some() && vault.photo("B").is_none());
        vault.set_photo("B", Some(Zeroizing::new(vec![2])));
        assert!(vault.photo("A").is_none() && vault.photo("B").is_some());
        vault.set_photo("C", None);
        assert!(vault.photo("B").is_none() && vault.photo("C").is_none());
    }

    #[test]
    fn nothing_is_left_after_the_wipe() {
        let vault = Vault::default();
        vault.set_photo("A", Some(Zeroizing::new(vec![1])));
        vault.set_token(1, Arc::new(Zeroizing::new("secret".to_owned())));
        vault.wipe();
        assert!(vault.photo("A").is_none() && vault.token(1).is_none());
    }
}
