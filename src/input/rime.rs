//! librime, called through its C API. The only file with unsafe code.

#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char, c_int};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::ptr;

use libloading::Library;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::InputError;
use super::rime_api::{
    Api, Candidate, CandidateIterator, Commit, Context, Functions, Menu, Preedit, SessionId, Traits,
};

const LIBRARY: &str = "librime.so.1";
/// X11 key symbol of Backspace, which is what librime takes.
const KEY_BACKSPACE: c_int = 0xff08;
/// Errors only: lesser messages may hold what was typed.
const LOG_ERRORS: c_int = 2;

/// Where librime finds and leaves its files.
pub(super) struct Directories<'a> {
    /// Dictionaries of the distribution.
    pub shared: &'a Path,
    /// Our schema; nothing is written here but below `staging`.
    pub user: &'a Path,
    /// Compiled schema.
    pub staging: &'a Path,
}

/// librime, loaded and set up. One a process: librime keeps its state in globals.
pub(super) struct Rime {
    functions: Functions,
}

impl Rime {
    /// Loads the library and tells it its directories.
    ///
    /// # Errors
    /// `LibraryMissing`, `LibraryTooOld`.
    pub fn load(directories: &Directories<'_>) -> Result<Self, InputError> {
        // SAFETY: loading runs the library's static initialisers, which register its modules and
        // touch nothing of ours.
        let library = unsafe { Library::new(LIBRARY) }
            .map_err(|error| InputError::LibraryMissing(error.to_string()))?;
        // The library starts threads and keeps globals, so it stays loaded until the process ends.
        let library: &'static Library = Box::leak(Box::new(library));
        // SAFETY: `rime_get_api` takes nothing and returns a pointer to a static structure.
        let api = unsafe {
            library
                .get::<unsafe extern "C" fn() -> *const Api>(b"rime_get_api\0")
                .map(|get| get())
        }
        .map_err(|error| InputError::LibraryMissing(error.to_string()))?;
        if api.is_null() {
            return Err(InputError::LibraryTooOld);
        }
        // SAFETY: the structure begins with its size, whatever the version.
        let size = unsafe { ptr::addr_of!((*api).data_size).read() };
        if usize::try_from(size).unwrap_or(0) < data_size::<Api>() {
            return Err(InputError::LibraryTooOld);
        }
        // SAFETY: the structure is at least as long as ours (just checked) and lives for ever.
        let functions = Functions::of(unsafe { *api }).ok_or(InputError::LibraryTooOld)?;
        let rime = Self { functions };
        // SAFETY: `setup` copies the strings of the traits.
        rime.with_traits(directories, |traits| unsafe { (rime.functions.setup)(traits) })?;
        Ok(rime)
    }

    /// Compiles schemas into the staging directory (about a second).
    ///
    /// # Errors
    /// `SchemaRefused`.
    pub fn deploy(&self, directories: &Directories<'_>, schemas: &[PathBuf]) -> Result<(), InputError> {
        // SAFETY: as `setup`.
        self.with_traits(directories, |traits| unsafe {
            (self.functions.deployer_initialize)(traits)
        })?;
        for schema in schemas {
            let path = c_path(schema)?;
            // SAFETY: the deployer is ready; the string is read during the call only.
            if unsafe { (self.functions.deploy_schema)(path.as_ptr()) } == 0 {
                return Err(InputError::SchemaRefused(schema.clone()));
            }
        }
        Ok(())
    }

    /// Opens the one session of this process with a compiled schema.
    ///
    /// # Errors
    /// `SchemaRefused`.
    pub fn session(self, directories: &Directories<'_>, schema: &str) -> Result<Session, InputError> {
        // SAFETY: as `setup`.
        let id = self.with_traits(directories, |traits| unsafe {
            (self.functions.initialize)(traits);
            (self.functions.create_session)()
        })?;
        let mut session = Session { rime: self, id };
        session.select_schema(schema)?;
        Ok(session)
    }

    fn with_traits<T>(
        &self,
        directories: &Directories<'_>,
        act: impl FnOnce(*mut Traits) -> T,
    ) -> Result<T, InputError> {
        let (shared, user) = (c_path(directories.shared)?, c_path(directories.user)?);
        let prebuilt = c_path(&directories.shared.join("build"))?;
        let staging = c_path(directories.staging)?;
        let name = c"bianmin-kiosk".as_ptr();
        let mut traits = Traits {
            data_size: c_size(data_size::<Traits>()),
            shared_data_dir: shared.as_ptr(),
            user_data_dir: user.as_ptr(),
            distribution_name: name,
            distribution_code_name: name,
            distribution_version: c"1".as_ptr(),
            app_name: c"rime.bianmin-kiosk".as_ptr(),
            modules: ptr::null(),
            min_log_level: LOG_ERRORS,
            // Empty: no log file.
            log_dir: c"".as_ptr(),
            prebuilt_data_dir: prebuilt.as_ptr(),
            staging_dir: staging.as_ptr(),
        };
        Ok(act(&raw mut traits))
    }
}

/// What is being composed. Personal data: zeroed when dropped, no `Debug`.
#[derive(Default, Zeroize, ZeroizeOnDrop)]
pub(super) struct Written {
    /// Words that were chosen, then the keys, syllables apart.
    pub preedit: String,
    /// The spelling of the first candidate, where the schema shows it.
    pub pinyin: String,
}

/// An open session.
pub(super) struct Session {
    rime: Rime,
    id: SessionId,
}

impl Session {
    /// Goes on with another compiled schema.
    ///
    /// # Errors
    /// `SchemaRefused`.
    pub fn select_schema(&mut self, schema: &str) -> Result<(), InputError> {
        let refused = || InputError::SchemaRefused(schema.into());
        let name = CString::new(schema).map_err(|_| refused())?;
        // SAFETY: the session lives as long as `self`; the string is read during the call only.
        let done = unsafe { (self.rime.functions.select_schema)(self.id, name.as_ptr()) };
        if done == 0 { Err(refused()) } else { Ok(()) }
    }

    /// Sends a letter; unknown ones are ignored by the schema.
    pub fn letter(&mut self, letter: u8) {
        self.process(c_int::from(letter));
    }

    /// Deletes the last letter of the composition.
    pub fn backspace(&mut self) {
        self.process(KEY_BACKSPACE);
    }

    fn process(&mut self, key: c_int) {
        // SAFETY: the session lives as long as `self`.
        unsafe { (self.rime.functions.process_key)(self.id, key, 0) };
    }

    /// Forgets the composition.
    pub fn clear(&mut self) {
        // SAFETY: the session lives as long as `self`.
        unsafe { (self.rime.functions.clear_composition)(self.id) };
    }

    /// Takes the candidate with this index in the whole list.
    pub fn select(&mut self, index: usize) -> bool {
        // SAFETY: the session lives as long as `self`; librime checks the index.
        unsafe { (self.rime.functions.select_candidate)(self.id, index) != 0 }
    }

    /// Takes the words that are ready, empty when there are none.
    pub fn take_commit(&mut self) -> String {
        let mut commit = Commit {
            data_size: c_size(data_size::<Commit>()),
            text: ptr::null_mut(),
        };
        // SAFETY: `get_commit` fills `text` with an owned string, which we copy before `free_commit`.
        unsafe {
            if (self.rime.functions.get_commit)(self.id, &raw mut commit) == 0 {
                return String::new();
            }
            let text = copy(commit.text);
            (self.rime.functions.free_commit)(&raw mut commit);
            text
        }
    }

    /// The composition as shown.
    pub fn written(&mut self) -> Written {
        let mut context = Context {
            data_size: c_size(data_size::<Context>()),
            composition: Preedit {
                length: 0,
                cursor_pos: 0,
                sel_start: 0,
                sel_end: 0,
                preedit: ptr::null_mut(),
            },
            menu: Menu {
                page_size: 0,
                page_no: 0,
                is_last_page: 0,
                highlighted_candidate_index: 0,
                num_candidates: 0,
                candidates: ptr::null_mut(),
                select_keys: ptr::null_mut(),
            },
            commit_text_preview: ptr::null_mut(),
            select_labels: ptr::null_mut(),
        };
        // SAFETY: `get_context` fills the structure with owned strings, which we copy before
        // `free_context`; of `num_candidates` candidates the first is there when there are any.
        unsafe {
            if (self.rime.functions.get_context)(self.id, &raw mut context) == 0 {
                return Written::default();
            }
            let written = Written {
                preedit: copy(context.composition.preedit),
                pinyin: if context.menu.num_candidates > 0 {
                    copy((*context.menu.candidates).comment)
                } else {
                    String::new()
                },
            };
            (self.rime.functions.free_context)(&raw mut context);
            written
        }
    }

    /// Offers the candidates from `start` of the whole list, with their index, until `take` says no.
    pub fn candidates(&mut self, start: usize, mut take: impl FnMut(usize, String) -> bool) {
        let mut iterator = CandidateIterator {
            list: ptr::null_mut(),
            index: 0,
            candidate: Candidate {
                text: ptr::null_mut(),
                comment: ptr::null_mut(),
                reserved: ptr::null_mut(),
            },
        };
        let functions = &self.rime.functions;
        // SAFETY: the iterator is filled by `from_index`, read after a `next` that succeeded, and
        // given back with `end`; its strings live until the following call.
        unsafe {
            if (functions.candidate_list_from_index)(self.id, &raw mut iterator, c_size(start)) == 0 {
                return;
            }
            let mut index = start;
            while (functions.candidate_list_next)(&raw mut iterator) != 0 {
                if !take(index, copy(iterator.candidate.text)) {
                    break;
                }
                index += 1;
            }
            (functions.candidate_list_end)(&raw mut iterator);
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: the session is ours, and nothing is called after `finalize`.
        unsafe {
            (self.rime.functions.destroy_session)(self.id);
            (self.rime.functions.finalize)();
        }
    }
}

/// A string of librime's, copied; broken UTF-8 is replaced.
///
/// # Safety
/// `text` is null or a C string that lives during the call.
unsafe fn copy(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// The size as `RIME_STRUCT_INIT` counts it: without the member itself.
const fn data_size<T>() -> usize {
    size_of::<T>() - size_of::<c_int>()
}

fn c_size(size: usize) -> c_int {
    c_int::try_from(size).unwrap_or(c_int::MAX)
}

fn c_path(path: &Path) -> Result<CString, InputError> {
    CString::new(path.as_os_str().as_bytes()).map_err(|cause| InputError::File {
        path: path.to_owned(),
        cause: std::io::Error::new(std::io::ErrorKind::InvalidInput, cause),
    })
}
