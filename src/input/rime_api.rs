//! The structures and functions of librime's C API, as far as the keyboard needs them.
//!
//! Declared by hand after `rime_api.h` of librime 1.8.5 (BSD licence). The structure of functions
//! is versioned by its `data_size`: later versions only add members at the end.

use std::ffi::{c_char, c_int, c_void};

pub(super) type Slot = *const c_void;
pub(super) type SessionId = usize;

#[repr(C)]
pub(super) struct Traits {
    pub data_size: c_int,
    pub shared_data_dir: *const c_char,
    pub user_data_dir: *const c_char,
    pub distribution_name: *const c_char,
    pub distribution_code_name: *const c_char,
    pub distribution_version: *const c_char,
    pub app_name: *const c_char,
    pub modules: *const *const c_char,
    pub min_log_level: c_int,
    pub log_dir: *const c_char,
    pub prebuilt_data_dir: *const c_char,
    pub staging_dir: *const c_char,
}

#[repr(C)]
pub(super) struct Preedit {
    pub length: c_int,
    pub cursor_pos: c_int,
    pub sel_start: c_int,
    pub sel_end: c_int,
    pub preedit: *mut c_char,
}

#[repr(C)]
pub(super) struct Candidate {
    pub text: *mut c_char,
    pub comment: *mut c_char,
    pub reserved: *mut c_void,
}

#[repr(C)]
pub(super) struct Menu {
    pub page_size: c_int,
    pub page_no: c_int,
    pub is_last_page: c_int,
    pub highlighted_candidate_index: c_int,
    pub num_candidates: c_int,
    pub candidates: *mut Candidate,
    pub select_keys: *mut c_char,
}

#[repr(C)]
pub(super) struct Context {
    pub data_size: c_int,
    pub composition: Preedit,
    pub menu: Menu,
    pub commit_text_preview: *mut c_char,
    pub select_labels: *mut *mut c_char,
}

#[repr(C)]
pub(super) struct Commit {
    pub data_size: c_int,
    pub text: *mut c_char,
}

#[repr(C)]
pub(super) struct CandidateIterator {
    pub list: *mut c_void,
    pub index: c_int,
    pub candidate: Candidate,
}

/// `RimeApi` up to the last function we call. An array of slots stands for functions we do not.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Api {
    pub data_size: c_int,
    pub setup: Option<unsafe extern "C" fn(*mut Traits)>,
    pub notification: Slot,
    pub initialize: Option<unsafe extern "C" fn(*mut Traits)>,
    pub finalize: Option<unsafe extern "C" fn()>,
    pub maintenance: [Slot; 3],
    pub deployer_initialize: Option<unsafe extern "C" fn(*mut Traits)>,
    pub deployment: [Slot; 2],
    pub deploy_schema: Option<unsafe extern "C" fn(*const c_char) -> c_int>,
    pub synchronisation: [Slot; 2],
    pub create_session: Option<unsafe extern "C" fn() -> SessionId>,
    pub find_session: Slot,
    pub destroy_session: Option<unsafe extern "C" fn(SessionId) -> c_int>,
    pub cleanup: [Slot; 2],
    pub process_key: Option<unsafe extern "C" fn(SessionId, c_int, c_int) -> c_int>,
    pub commit_composition: Slot,
    pub clear_composition: Option<unsafe extern "C" fn(SessionId)>,
    pub get_commit: Option<unsafe extern "C" fn(SessionId, *mut Commit) -> c_int>,
    pub free_commit: Option<unsafe extern "C" fn(*mut Commit) -> c_int>,
    pub get_context: Option<unsafe extern "C" fn(SessionId, *mut Context) -> c_int>,
    pub free_context: Option<unsafe extern "C" fn(*mut Context) -> c_int>,
    pub status_and_options: [Slot; 9],
    pub select_schema: Option<unsafe extern "C" fn(SessionId, *const c_char) -> c_int>,
    pub configuration: [Slot; 36],
    pub select_candidate: Option<unsafe extern "C" fn(SessionId, usize) -> c_int>,
    pub get_version: Slot,
    pub caret: [Slot; 2],
    pub candidate_list_begin: Slot,
    pub candidate_list_next: Option<unsafe extern "C" fn(*mut CandidateIterator) -> c_int>,
    pub candidate_list_end: Option<unsafe extern "C" fn(*mut CandidateIterator)>,
    pub user_config_open: Slot,
    candidate_list_from_index:
        Option<unsafe extern "C" fn(SessionId, *mut CandidateIterator, c_int) -> c_int>,
}

/// The functions, all present.
pub(super) struct Functions {
    pub initialize: unsafe extern "C" fn(*mut Traits),
    pub finalize: unsafe extern "C" fn(),
    pub deployer_initialize: unsafe extern "C" fn(*mut Traits),
    pub deploy_schema: unsafe extern "C" fn(*const c_char) -> c_int,
    pub create_session: unsafe extern "C" fn() -> SessionId,
    pub destroy_session: unsafe extern "C" fn(SessionId) -> c_int,
    pub process_key: unsafe extern "C" fn(SessionId, c_int, c_int) -> c_int,
    pub clear_composition: unsafe extern "C" fn(SessionId),
    pub get_commit: unsafe extern "C" fn(SessionId, *mut Commit) -> c_int,
    pub free_commit: unsafe extern "C" fn(*mut Commit) -> c_int,
    pub get_context: unsafe extern "C" fn(SessionId, *mut Context) -> c_int,
    pub free_context: unsafe extern "C" fn(*mut Context) -> c_int,
    pub select_schema: unsafe extern "C" fn(SessionId, *const c_char) -> c_int,
    pub select_candidate: unsafe extern "C" fn(SessionId, usize) -> c_int,
    pub candidate_list_next: unsafe extern "C" fn(*mut CandidateIterator) -> c_int,
    pub candidate_list_end: unsafe extern "C" fn(*mut CandidateIterator),
    pub candidate_list_from_index: unsafe extern "C" fn(SessionId, *mut CandidateIterator, c_int) -> c_int,
    pub setup: unsafe extern "C" fn(*mut Traits),
}

impl Functions {
    /// All functions, if this librime has them all.
    pub fn of(api: Api) -> Option<Self> {
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
