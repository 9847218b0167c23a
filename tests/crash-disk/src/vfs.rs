//! The layer itself: `SQLite`'s own files below, the recorder beside. It becomes the default of the process; files of
//! directories that nobody watches pass through untouched.

use crate::recorder::{FaultKind, Op, Recorder};
use rusqlite::ffi;
use std::{
    ffi::{CStr, c_char, c_int, c_void},
    path::{Path, PathBuf},
    ptr,
    sync::{Arc, Mutex, MutexGuard, Once, PoisonError},
};

/// Directories and who watches them.
static WATCHED: Mutex<Vec<(PathBuf, Arc<Mutex<Recorder>>)>> = Mutex::new(Vec::new());
static REGISTERED: Once = Once::new();

/// A watched file.
struct Watched {
    name: String,
    recorder: Arc<Mutex<Recorder>>,
}

impl Watched {
    fn recorder(&self) -> MutexGuard<'_, Recorder> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What `SQLite` takes for its file: a head of ours, and the real one behind it.
#[repr(C)]
struct Shim {
    base: ffi::sqlite3_file,
    watched: *mut Watched,
}

pub(crate) fn watch(dir: PathBuf, recorder: Arc<Mutex<Recorder>>) {
    register();
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner).push((dir, recorder));
}

pub(crate) fn unwatch(dir: &Path) {
    WATCHED.lock().unwrap_or_else(PoisonError::into_inner).retain(|(watched, _)| watched != dir);
}

fn watched(path: *const c_char) -> Option<Watched> {
    if path.is_null() {
        return None;
    }
    // SAFETY: `SQLite` gives names as texts that end with a zero and live for the length of the call.
    let path = Path::new(unsafe { CStr::from_ptr(path) }.to_str().ok()?);
    let all = WATCHED.lock().unwrap_or_else(PoisonError::into_inner);
    let (_, recorder) = all.iter().find(|(dir, _)| path.parent() == Some(dir))?;
    Some(Watched { name: path.file_name()?.to_str()?.to_owned(), recorder: recorder.clone() })
}

fn register() {
    REGISTERED.call_once(|| {
        // SAFETY: called once, before any of our files exists; the copy lives as long as the process. It keeps the
        // functions and the data of the real layer, which work on it as on the original.
        unsafe {
            ffi::sqlite3_initialize();
            let real = ffi::sqlite3_vfs_find(ptr::null());
            let mut ours = *real;
            ours.szOsFile = (*real).szOsFile + c_int::try_from(size_of::<Shim>()).unwrap_or(0);
            ours.pNext = ptr::null_mut();
            ours.zName = c"crash-disk".as_ptr();
            ours.xOpen = Some(open);
            ours.xDelete = Some(delete);
            REAL.store(real, std::sync::atomic::Ordering::Release);
            ffi::sqlite3_vfs_register(Box::into_raw(Box::new(ours)), 1);
        }
    });
}

static REAL: std::sync::atomic::AtomicPtr<ffi::sqlite3_vfs> = std::sync::atomic::AtomicPtr::new(ptr::null_mut());

fn real_vfs() -> *mut ffi::sqlite3_vfs {
    REAL.load(std::sync::atomic::Ordering::Acquire)
}

// SAFETY of everything below: `SQLite` calls these with files that `open` has prepared, one call at a time a file, and
// with buffers of the length that it says; each passes on what it was given to the layer that it stands before.

unsafe fn real(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    unsafe { file.cast::<u8>().add(size_of::<Shim>()).cast() }
}

unsafe fn seen<'a>(file: *mut ffi::sqlite3_file) -> Option<&'a Watched> {
    unsafe { (*file.cast::<Shim>()).watched.as_ref() }
}

/// Calls a method of the real file.
macro_rules! pass {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        let real = real($file);
        match (*(*real).pMethods).$method {
            Some(method) => method(real $(, $argument)*),
            None => ffi::SQLITE_IOERR,
        }
    }};
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    unsafe {
        let shim = file.cast::<Shim>();
        (*shim).base.pMethods = ptr::null();
        (*shim).watched = ptr::null_mut();
        let Some(open) = (*real_vfs()).xOpen else { return ffi::SQLITE_CANTOPEN };
        let rc = open(real_vfs(), name, real(file), flags, out);
        if rc != ffi::SQLITE_OK {
            return rc;
        }
        (*shim).base.pMethods = &raw const METHODS;
        if let Some(watched) = watched(name) {
            {
                let mut recorder = watched.recorder();
                if recorder.known.insert(watched.name.clone()) {
                    recorder.ops.push(Op::Create(watched.name.clone()));
                }
            }
            (*shim).watched = Box::into_raw(Box::new(watched));
        }
        rc
    }
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, sync_dir: c_int) -> c_int {
    unsafe {
        let Some(delete) = (*real_vfs()).xDelete else { return ffi::SQLITE_IOERR_DELETE };
        let rc = delete(real_vfs(), name, sync_dir);
        if rc == ffi::SQLITE_OK
            && let Some(watched) = watched(name)
        {
            let mut recorder = watched.recorder();
            if recorder.known.remove(&watched.name) {
                let synced = sync_dir != 0 && !recorder.lies;
                recorder.ops.push(Op::Delete(watched.name.clone(), synced));
            }
        }
        rc
    }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    unsafe {
        let rc = pass!(file, xClose);
        let shim = file.cast::<Shim>();
        if !(*shim).watched.is_null() {
            drop(Box::from_raw((*shim).watched));
            (*shim).watched = ptr::null_mut();
        }
        rc
    }
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, into: *mut c_void, amount: c_int, offset: i64) -> c_int {
    unsafe { pass!(file, xRead, into, amount, offset) }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, from: *const c_void, amount: c_int, offset: i64) -> c_int {
    unsafe {
        let Some(watched) = seen(file) else { return pass!(file, xWrite, from, amount, offset) };
        let mut recorder = watched.recorder();
        let length = usize::try_from(amount).unwrap_or(0);
        let (amount, rc) = match recorder.fails(true) {
            None => (amount, ffi::SQLITE_OK),
            Some(FaultKind::Full) => (0, ffi::SQLITE_FULL),
            Some(FaultKind::ReadOnly) => (0, ffi::SQLITE_READONLY),
            // Half of it is there.
            Some(_) => (amount / 2, ffi::SQLITE_IOERR_WRITE),
        };
        let written = if amount == 0 { ffi::SQLITE_OK } else { pass!(file, xWrite, from, amount, offset) };
        if amount > 0 && written == ffi::SQLITE_OK {
            let kept = length.min(usize::try_from(amount).unwrap_or(0));
            let bytes = std::slice::from_raw_parts(from.cast::<u8>(), kept).to_vec();
            recorder.ops.push(Op::Write(watched.name.clone(), u64::try_from(offset).unwrap_or(0), bytes));
        }
        if rc == ffi::SQLITE_OK { written } else { rc }
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    unsafe {
        let Some(watched) = seen(file) else { return pass!(file, xTruncate, size) };
        let mut recorder = watched.recorder();
        let rc = pass!(file, xTruncate, size);
        if rc == ffi::SQLITE_OK {
            recorder.ops.push(Op::Truncate(watched.name.clone(), u64::try_from(size).unwrap_or(0)));
        }
        rc
    }
}

/// Nothing here is ever really synced: the disk of a test need not survive the machine's own power cut.
unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    unsafe {
        let Some(watched) = seen(file) else { return pass!(file, xSync, flags) };
        let mut recorder = watched.recorder();
        if recorder.fails(false).is_some() {
            return ffi::SQLITE_IOERR_FSYNC;
        }
        if !recorder.lies {
            recorder.ops.push(Op::Sync(watched.name.clone()));
        }
        ffi::SQLITE_OK
    }
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, size: *mut i64) -> c_int {
    unsafe { pass!(file, xFileSize, size) }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    unsafe { pass!(file, xLock, level) }
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    unsafe { pass!(file, xUnlock, level) }
}

unsafe extern "C" fn check_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    unsafe { pass!(file, xCheckReservedLock, out) }
}

unsafe extern "C" fn file_control(file: *mut ffi::sqlite3_file, op: c_int, argument: *mut c_void) -> c_int {
    unsafe {
        if op == ffi::SQLITE_FCNTL_PRAGMA
            && let Some(watched) = seen(file)
            && let Some(level) = watched.recorder().bent
        {
            bend(argument.cast(), level);
        }
        pass!(file, xFileControl, op, argument)
    }
}

/// Writes `level`, a digit, over the value of `PRAGMA synchronous`.
unsafe fn bend(argument: *mut *mut c_char, level: &str) {
    unsafe {
        let (name, value) = (*argument.add(1), *argument.add(2));
        if value.is_null() || !CStr::from_ptr(name).to_bytes().eq_ignore_ascii_case(b"synchronous") {
            return;
        }
        if let (true, Some(digit)) = (CStr::from_ptr(value).count_bytes() > 0, level.bytes().next()) {
            *value = c_char::from_ne_bytes([digit]);
            *value.add(1) = 0;
        }
    }
}

unsafe extern "C" fn sector_size(file: *mut ffi::sqlite3_file) -> c_int {
    unsafe { pass!(file, xSectorSize) }
}

unsafe extern "C" fn characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    unsafe { pass!(file, xDeviceCharacteristics) }
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    unsafe { pass!(file, xShmMap, page, size, extend, out) }
}

unsafe extern "C" fn shm_lock(file: *mut ffi::sqlite3_file, offset: c_int, n: c_int, flags: c_int) -> c_int {
    unsafe { pass!(file, xShmLock, offset, n, flags) }
}

unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    unsafe {
        let real = real(file);
        if let Some(barrier) = (*(*real).pMethods).xShmBarrier {
            barrier(real);
        }
    }
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, delete: c_int) -> c_int {
    unsafe { pass!(file, xShmUnmap, delete) }
}

/// Version 2: shared memory of the log, and no memory-mapped reading, whose writes nobody would see.
static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};
