//! librime's C API, as far as the keyboard needs it. The only file with unsafe code.
//!
//! Declared by hand after `rime_api.h` of librime 1.8.5 (BSD licence). The structure of functions
//! is versioned by its `data_size`: later versions only add members at the end.

#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;

use libloading::Library;

use super::InputError;

const LIBRARY: &str = "librime.so.1";
/// X11 key symbol of Backspace, which is what librime takes.
const KEY_BACKSPACE: c_int = 0xff08;
/// Errors only: lesser messages may hold what was typed.
const LOG_ERRORS: c_int = 2;

type Slot = *const c_void;
type SessionId = usize;

#[repr(C)]
struct Traits {
    data_size: c_int,
    shared_data_dir: *const c_char,
    user_data_dir: *const c_char,
    distribution_name: *const c_char,
    distribution_code_name: *const c_char,
    distribution_version: *const c_char,
    app_name: *const c_char,
    modules: *const *const c_char,
    min_log_level: c_int,
    log_dir: *const c_char,
    prebuilt_data_dir: *const c_char,
    staging_dir: *const c_char,
}

#[repr(C)]
struct Preedit {
    length: c_int,
    cursor_pos: c_int,
    sel_start: c_int,
    sel_end: c_int,
    preedit: *mut c_char,
}

#[repr(C)]
struct Candidate {
    text: *mut c_char,
    comment: *mut c_char,
    reserved: *mut c_void,
}

#[repr(C)]
struct Menu {
    page_size: c_int,
    page_no: c_int,
    is_last_page: c_int,
    highlighted_candidate_index: c_int,
    num_candidates: c_int,
    candidates: *mut Candidate,
    select_keys: *mut c_char,
}

#[repr(C)]
struct Context {
    data_size: c_int,
    composition: Preedit,
    menu: Menu,
    commit_text_preview: *mut c_char,
    select_labels: *mut *mut c_char,
}

#[repr(C)]
struct Commit {
    data_size: c_int,
    text: *mut c_char,
}

#[repr(C)]
struct CandidateIterator {
    list: *mut c_void,
    index: c_int,
    candidate: Candidate,
}

/// `RimeApi` up to the last function we call. An array of slots stands for functions we do not.
#[repr(C)]
#[derive(Clone, Copy)]
struct Api {
    data_size: c_int,
    setup: Option<unsafe extern "C" fn(*mut Traits)>,
    notification: Slot,
    initialize: Option<unsafe extern "C" fn(*mut Traits)>,
    finalize: Option<unsafe extern "C" fn()>,
    maintenance: [Slot; 3],
    deployer_initialize: Option<unsafe extern "C" fn(*mut Traits)>,
    deployment: [Slot; 2],
    deploy_schema: Option<unsafe extern "C" fn(*const c_char) -> c_int>,
    synchronisation: [Slot; 2],
    create_session: Option<unsafe extern "C" fn() -> SessionId>,
    find_session: Slot,
    destroy_session: Option<unsafe extern "C" fn(SessionId) -> c_int>,
    cleanup: [Slot; 2],
    process_key: Option<unsafe extern "C" fn(SessionId, c_int, c_int) -> c_int>,
    commit_composition: Slot,
    clear_composition: Option<unsafe extern "C" fn(SessionId)>,
    get_commit: Option<unsafe extern "C" fn(SessionId, *mut Commit) -> c_int>,
    free_commit: Option<unsafe extern "C" fn(*mut Commit) -> c_int>,
    get_context: Option<unsafe extern "C" fn(SessionId, *mut Context) -> c_int>,
    free_context: Option<unsafe extern "C" fn(*mut Context) -> c_int>,
    status_and_options: [Slot; 9],
    select_schema: Option<unsafe extern "C" fn(SessionId, *const c_char) -> c_int>,
    configuration: [Slot; 36],
    select_candidate: Option<unsafe extern "C" fn(SessionId, usize) -> c_int>,
    get_version: Slot,
    caret: [Slot; 2],
    candidate_list_begin: Slot,
    candidate_list_next: Option<unsafe extern "C" fn(*mut CandidateIterator) -> c_int>,
    candidate_list_end: Option<unsafe extern "C" fn(*mut CandidateIterator)>,
    user_config_open: Slot,
    candidate_list_from_index:
        Option<unsafe extern "C" fn(SessionId, *mut CandidateIterator, c_int) -> c_int>,
}

/// The functions, all present.
struct Functions {
    initialize: unsafe extern "C" fn(*mut Traits),
    finalize: unsafe extern "C" fn(),
    deployer_initialize: unsafe extern "C" fn(*mut Traits),
    deploy_schema: unsafe extern "C" fn(*const c_char) -> c_int,
    create_session: unsafe extern "C" fn() -> SessionId,
    destroy_session: unsafe extern "C" fn(SessionId) -> c_int,
    process_key: unsafe extern "C" fn(SessionId, c_int, c_int) -> c_int,
    clear_composition: unsafe extern "C" fn(SessionId),
    get_commit: unsafe extern "C" fn(SessionId, *mut Commit) -> c_int,
    free_commit: unsafe extern "C" fn(*mut Commit) -> c_int,
    get_context: unsafe extern "C" fn(SessionId, *mut Context) -> c_int,
    free_context: unsafe extern "C" fn(*mut Context) -> c_int,
    select_schema: unsafe extern "C" fn(SessionId, *const c_char) -> c_int,
    select_candidate: unsafe extern "C" fn(SessionId, usize) -> c_int,
    candidate_list_next: unsafe extern "C" fn(*mut CandidateIterator) -> c_int,
    candidate_list_end: unsafe extern "C" fn(*mut CandidateIterator),
    candidate_list_from_index: unsafe extern "C" fn(SessionId, *mut CandidateIterator, c_int) -> c_int,
    setup: unsafe extern "C" fn(*mut Traits),
}

impl Functions {
    fn of(api: Api) -> Option<Self> {
        Some(Self {
            initialize: api.initialize?,
            finalize: api.finalize?,
            deployer_initialize: api.deployer_initialize?,
            deploy_schema: api.deploy_schema?,
            create_session: api.create_session?,
            destroy_session: api.destroy_session?,
            process_key: api.process_key?,
            clear_composition: api.clear_composition?,
            get_commit: api.get_commit?,
            free_commit: api.free_commit?,
            get_context: api.get_context?,
            free_context: api.free_context?,
            select_schema: api.select_schema?,
            select_candidate: api.select_candidate?,
            candidate_list_next: api.candidate_list_next?,
            candidate_list_end: api.candidate_list_end?,
            candidate_list_from_index: api.candidate_list_from_index?,
            setup: api.setup?,
        })
    }
}

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

    /// Compiles a schema into the staging directory (about half a second).
    ///
    /// # Errors
    /// `SchemaRefused`.
    pub fn deploy(&self, directories: &Directories<'_>, schema: &Path) -> Result<(), InputError> {
        let path = c_path(schema)?;
        // SAFETY: as `setup`; `deploy_schema` reads the string during the call only.
        let done = self.with_traits(directories, |traits| unsafe {
            (self.functions.deployer_initialize)(traits);
            (self.functions.deploy_schema)(path.as_ptr())
        })?;
        if done == 0 {
            Err(InputError::SchemaRefused(schema.to_owned()))
        } else {
            Ok(())
        }
    }

    /// Opens the one session of this process with a compiled schema.
    ///
    /// # Errors
    /// `SchemaRefused`.
    pub fn session(self, directories: &Directories<'_>, schema: &str) -> Result<Session, InputError> {
        let refused = || InputError::SchemaRefused(schema.into());
        let name = CString::new(schema).map_err(|_| refused())?;
        // SAFETY: as `setup`; `select_schema` reads the string during the call only.
        let id = self.with_traits(directories, |traits| unsafe {
            (self.functions.initialize)(traits);
            let id = (self.functions.create_session)();
            ((self.functions.select_schema)(id, name.as_ptr()) != 0).then_some(id)
        })?;
        id.map(|id| Session { rime: self, id }).ok_or_else(refused)
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

/// An open session.
pub(super) struct Session {
    rime: Rime,
    id: SessionId,
}

impl Session {
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

    /// The composition as shown, syllables apart.
    pub fn preedit(&mut self) -> String {
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
        // SAFETY: `get_context` fills the structure with owned strings, which we copy before `free_context`.
        unsafe {
            if (self.rime.functions.get_context)(self.id, &raw mut context) == 0 {
                return String::new();
            }
            let text = copy(context.composition.preedit);
            (self.rime.functions.free_context)(&raw mut context);
            text
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
