//! What the Typst compiler sees: the template, the data of one paper, its code, and nothing else.
//! There is no file system, no network and no clock in it.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, World};

use super::fonts::Fonts;

/// One paper on the desk.
pub struct Desk<'a> {
    library: &'a LazyHash<Library>,
    fonts: &'a Fonts,
    template: Source,
    data: Bytes,
    code: Bytes,
}

fn id(path: &str) -> Option<FileId> {
    let path = VirtualPath::new(path).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl<'a> Desk<'a> {
    /// `template` is Typst source, `data` JSON, `code` an SVG.
    pub fn new(
        library: &'a LazyHash<Library>,
        fonts: &'a Fonts,
        template: &str,
        data: Vec<u8>,
        code: String,
    ) -> Self {
        Self {
            library,
            fonts,
            template: id("certificate.typ").map_or_else(
                || Source::detached(template),
                |id| Source::new(id, template.to_owned()),
            ),
            data: Bytes::new(data),
            code: Bytes::from_string(code),
        }
    }
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id.get().vpath().get_without_slash() {
            "data.json" => Ok(self.data.clone()),
            "code.svg" => Ok(self.code.clone()),
            _ => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
