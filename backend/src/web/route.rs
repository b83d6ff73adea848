//! The one table of pages.

use kiosk::protocol::call::Method;

use super::form::Form;
use super::html::{self, Reply};
use super::limit::Class;
use super::{officer, pay, picture, sign};
use crate::http::request::Request;
use crate::picture::SENT_LIMIT;
use crate::problem::Refusal;

/// Makes a page inside its transaction.
pub type Handler = fn(&Request<'_>, &Form) -> Result<Reply, Refusal>;

/// One method of one path.
pub struct Page {
    /// `Get` or `Post`.
    pub method: Method,
    /// Template.
    pub path: &'static str,
    /// How often.
    pub class: Class,
    /// Largest form.
    pub body_limit: usize,
    /// Work.
    pub handler: Handler,
}

const FORM: usize = 256 * 1024;

const fn page(method: Method, path: &'static str, class: Class, handler: Handler) -> Page {
    Page {
        method,
        path,
        class,
        body_limit: FORM,
        handler,
    }
}

impl Page {
    /// Takes a picture beside the fields.
    const fn with_picture(mut self) -> Self {
        self.body_limit = SENT_LIMIT + FORM;
        self
    }
}

use Class::{Reading, Secret};
use Method::{Get, Post};

/// Every page.
#[rustfmt::skip] // one line a page
pub const PAGES: &[Page] = &[
    page(Get, "/assets/page.css", Reading, html::style),
    page(Get, "/assets/sign.js", Reading, html::script),
    page(Get, "/s/{token}", Reading, sign::people),
    page(Post, "/s/{token}/code", Secret, sign::send_code),
    page(Post, "/s/{token}/letter", Secret, sign::letter),
    page(Post, "/s/{token}/signature", Secret, sign::signature),
    page(Get, "/u/{token}", Reading, picture::ask),
    page(Post, "/u/{token}", Secret, picture::take).with_picture(),
    page(Get, "/p/{token}", Reading, pay::ask),
    page(Post, "/p/{token}/confirmation", Secret, pay::confirm),
    page(Post, "/p/{token}/cancellation", Secret, pay::cancel),
    page(Get, "/officer/login", Reading, officer::login::ask),
    page(Post, "/officer/login", Secret, officer::login::enter),
    page(Post, "/officer/logout", Secret, officer::login::leave),
    page(Get, "/officer", Reading, officer::matters::list),
    page(Get, "/officer/matters/{application_id}", Reading, officer::matters::show),
    page(Post, "/officer/matters/{application_id}/acts", Secret, officer::matters::act),
    page(Get, "/officer/matters/{application_id}/letter", Reading, officer::matters::letter),
    page(Get, "/officer/matters/{application_id}/pictures/{upload_id}", Reading, officer::matters::picture),
    page(Get, "/officer/talks", Reading, officer::talks::list),
    page(Get, "/officer/talks/{video_id}", Reading, officer::talks::show),
    page(Post, "/officer/talks/{video_id}/acts", Secret, officer::talks::act),
];
