//! Photo decoding by a vendor's shared library.

use std::ffi::{c_int, c_uchar};
use std::fmt;
use std::path::Path;

use libloading::Library;

use super::{HEIGHT, WIDTH};
use crate::error::{DeviceError, DeviceErrorKind};
use crate::port::id_reader::{PhotoBlock, PhotoDecoder};

/// Bytes of the decoded picture.
const PICTURE: usize = (WIDTH * HEIGHT * 3) as usize;

/// The function that the library must export, under the name `wlt_decode`:
///
/// ```c
/// int wlt_decode(const uint8_t *block, size_t block_len, uint8_t *rgb, size_t rgb_len);
/// ```
///
/// It reads the photo block (1024 bytes) and writes 102×126 pixels of three bytes in the order red,
/// green, blue, rows from the top (38 556 bytes, which is `rgb_len`). It returns 1 when it has
/// written the whole picture; any other value is the vendor's own error code. It must be safe to call from any thread, must not
/// keep the pointers, and must not end the process. Vendors' libraries have other signatures (files
/// in, BMP out, blue first and bottom-up): wrap them in a few lines of C.
type Decode = unsafe extern "C" fn(*const c_uchar, usize, *mut c_uchar, usize) -> c_int;

/// A decoder in a vendor's shared library. The library runs inside this process.
pub struct VendorPhotoDecoder {
    library: Library,
}

/// The library's own error code.
#[derive(Debug, thiserror::Error)]
#[error("wlt_decode returned {0}")]
struct VendorError(c_int);

impl VendorPhotoDecoder {
    /// Loads the library.
    ///
    /// # Errors
    /// `Unsupported` when the file is missing, is no library, or lacks `wlt_decode`. The terminal then
    /// works without the photo on the chip.
    pub fn load(path: &Path) -> Result<Self, DeviceError> {
        let library = open(path).map_err(|error| unsupported(path, error))?;
        let decoder = Self { library };
        decoder.function().map_err(|error| unsupported(path, error))?;
        Ok(decoder)
    }

    #[allow(unsafe_code)]
    fn function(&self) -> Result<libloading::Symbol<'_, Decode>, libloading::Error> {
        // SAFETY: the configured library promises this signature, see `Decode`.
        unsafe { self.library.get(b"wlt_decode\0") }
    }
}

#[allow(unsafe_code)]
fn open(path: &Path) -> Result<Library, libloading::Error> {
    // SAFETY: loading runs the library's initialisers; the operator vouches for the configured file.
    unsafe { Library::new(path) }
}

fn unsupported(path: &Path, error: libloading::Error) -> DeviceError {
    let operation = format!("load photo decoder {}", path.display());
    DeviceError::caused(DeviceErrorKind::Unsupported, operation, error)
}

impl fmt::Debug for VendorPhotoDecoder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("VendorPhotoDecoder")
    }
}

impl PhotoDecoder for VendorPhotoDecoder {
    #[allow(unsafe_code)]
    fn decode(&self, block: &PhotoBlock) -> Result<Vec<u8>, DeviceError> {
        const OPERATION: &str = "decode the photo on the chip";
        let decode = self
            .function()
            .map_err(|error| DeviceError::caused(DeviceErrorKind::Unsupported, OPERATION, error))?;
        let mut rgb = vec![0_u8; PICTURE];
        // SAFETY: both pointers are valid for the lengths that go with them, during the call.
        let code = unsafe { decode(block.0.as_ptr(), block.0.len(), rgb.as_mut_ptr(), rgb.len()) };
        match code {
            1 => Ok(rgb),
            code => Err(DeviceError::caused(
                DeviceErrorKind::Protocol,
                OPERATION,
                VendorError(code),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::PathBuf;
    use std::process::Command;

    /// Compiles a library with the C compiler that the Rust tool chain links with.
    fn library(folder: &Path, source: &str) -> PathBuf {
        let (code, library) = (folder.join("wlt.c"), folder.join("libwlt.so"));
        fs::write(
            &code,
            format!("#include <stddef.h>\n#include <stdint.h>\n{source}"),
        )
        .unwrap();
        let status = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .args([&library, &code])
            .status()
            .unwrap();
        assert!(status.success());
        library
    }

    const DECODER: &str = "
        int wlt_decode(const uint8_t *block, size_t n, uint8_t *rgb, size_t cap) {
            if (n != 1024 || cap != 38556) return -6;
            if (block[0] != 'W') return -4;
            for (size_t i = 0; i < cap; i++) rgb[i] = block[i % n];
            return 1;
        }";

    #[test]
    fn a_vendors_library_decodes_and_its_error_codes_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let decoder = VendorPhotoDecoder::load(&library(folder.path(), DECODER)).unwrap();
        let mut block = vec![7; 1024];
        let error = decoder.decode(&PhotoBlock(block.clone())).unwrap_err();
        assert_eq!(error.kind, DeviceErrorKind::Protocol);
        assert_eq!(error.cause.unwrap().to_string(), "wlt_decode returned -4");
        block[0] = b'W';
        let rgb = decoder.decode(&PhotoBlock(block)).unwrap();
        assert_eq!((rgb.len(), rgb[0], rgb[1], rgb[1024]), (38_556, b'W', 7, b'W'));
    }

    #[test]
    fn a_missing_file_or_function_is_an_error_and_no_crash() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("text.so");
        fs::write(&text, "not a library").unwrap();
        let other = library(folder.path(), "int other(void) { return 0; }");
        for path in [folder.path().join("missing.so"), text, other] {
            let error = VendorPhotoDecoder::load(&path).unwrap_err();
            assert_eq!(error.kind, DeviceErrorKind::Unsupported);
            assert!(error.operation.contains(&path.display().to_string()));
        }
    }
}
