//! Which cameras are attached, with the addresses for the configuration.

use std::fs;
use std::path::{Path, PathBuf};

use nokhwa::utils::ApiBackend;

use crate::error::{DeviceError, DeviceErrorKind};

/// A camera that is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCamera {
    /// For the configuration: `/dev/v4l/by-id/…` where there is one, else `/dev/videoN`.
    pub address: String,
    /// What the camera calls itself.
    pub name: String,
}

/// The cameras that are attached. Nodes without pictures (metadata) are left out where the system
/// names them apart.
///
/// # Errors
/// `Hardware` when the system cannot be asked.
pub fn list() -> Result<Vec<FoundCamera>, DeviceError> {
    let found = nokhwa::query(ApiBackend::Video4Linux)
        .map_err(|error| DeviceError::caused(DeviceErrorKind::Hardware, "list cameras", error))?;
    let nodes = found.iter().filter_map(|camera| {
        let node = format!("/dev/video{}", camera.index().as_index().ok()?);
        Some((PathBuf::from(node), camera.human_name()))
    });
    Ok(with_stable_names(nodes, &links(Path::new("/dev/v4l/by-id"))))
}

/// Pairs nodes and names with the links that point at the nodes.
fn with_stable_names(
    nodes: impl Iterator<Item = (PathBuf, String)>,
    links: &[(PathBuf, PathBuf)],
) -> Vec<FoundCamera> {
    let cameras = nodes.filter_map(|(node, name)| {
        let stable = links.iter().find(|(_, target)| *target == node);
        let address = stable.map_or(&node, |(link, _)| link).to_string_lossy();
        // A camera's further nodes give metadata, no pictures.
        let first = stable.is_none() || address.ends_with("-video-index0");
        first.then(|| FoundCamera {
            address: address.into_owned(),
            name,
        })
    });
    cameras.collect()
}

/// Links in a folder with what they point at.
fn links(folder: &Path) -> Vec<(PathBuf, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut links: Vec<_> = entries
        .filter_map(|entry| Some((entry.path(), entry.path().canonicalize().ok()?)))
        .collect();
    links.sort();
    links
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn cameras_have_their_stable_names_and_metadata_nodes_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let by_id = root.join("by-id");
        fs::create_dir(&by_id).unwrap();
        let node = |number: u32| root.join(format!("video{number}"));
        for number in 0..3 {
            fs::write(node(number), "").unwrap();
        }
        symlink("../video0", by_id.join("usb-A-video-index0")).unwrap();
        symlink("../video1", by_id.join("usb-A-video-index1")).unwrap();
        symlink("../video9", by_id.join("usb-gone-video-index0")).unwrap();

        let nodes = [(node(0), "A"), (node(1), "A"), (node(2), "B")];
        let nodes = nodes.into_iter().map(|(node, name)| (node, name.to_owned()));
        let found = with_stable_names(nodes, &links(&by_id));
        let found: Vec<_> = found
            .iter()
            .map(|one| (Path::new(&one.address), one.name.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (by_id.join("usb-A-video-index0").as_path(), "A"),
                (node(2).as_path(), "B")
            ]
        );
    }

    #[test]
    fn a_system_without_stable_names_has_no_links() {
        assert!(links(Path::new("/nonexistent/by-id")).is_empty());
    }
}
