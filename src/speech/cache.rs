//! Fixed prompts that were rendered before, in memory and on disk. What is said to one person alone
//! never comes here: a [`Key`] is made of a fixed prompt only.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use sha2::{Digest as _, Sha256};

use super::clip::Sound;
use super::engine::{SPEED, Voice};
use super::wav;

/// Bytes of sound kept in memory: about six minutes.
const IN_MEMORY: usize = 16 << 20;
/// Bytes of files kept on disk: more than all prompts of the product in one voice.
const ON_DISK: u64 = 64 << 20;

/// Names a fixed prompt in a voice: a hash, so that a file's name says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key(String);

impl Key {
    /// `prompt` is a sentence of a message without arguments, as the engine is given it: what is written
    /// or spoken otherwise after an update is rendered anew.
    pub fn of_fixed(prompt: &str, voice: Voice) -> Self {
        let digest = Sha256::new()
            .chain_update(voice.name())
            .chain_update([0])
            .chain_update(SPEED)
            .chain_update([0])
            .chain_update(prompt)
            .finalize();
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// The prompts, the oldest first.
pub(super) struct Cache {
    dir: PathBuf,
    kept: VecDeque<(Key, Arc<Sound>)>,
}

impl Cache {
    /// Keeps files in `dir`, which is made when it is needed.
    pub fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            kept: VecDeque::new(),
        }
    }

    /// A prompt that was rendered before.
    pub fn get(&mut self, key: &Key) -> Option<Arc<Sound>> {
        if let Some((_, sound)) = self.kept.iter().find(|(kept, _)| kept == key) {
            return Some(Arc::clone(sound));
        }
        let file = fs::read(self.file(key)).ok()?;
        // A damaged file is rendered anew and written over.
        let sound = Arc::new(wav::read(&file).ok()?);
        self.remember(key.clone(), Arc::clone(&sound));
        Some(sound)
    }

    /// Keeps a prompt. A disk that is full or broken costs time and nothing else.
    pub fn put(&mut self, key: Key, sound: &Arc<Sound>) {
        if let Err(cause) = self.write(&key, sound) {
            tracing::warn!(event = "speech.not_kept", %cause);
        }
        self.remember(key, Arc::clone(sound));
    }

    fn remember(&mut self, key: Key, sound: Arc<Sound>) {
        self.kept.push_back((key, sound));
        let bytes = |kept: &VecDeque<(Key, Arc<Sound>)>| -> usize {
            kept.iter().map(|(_, sound)| sound.samples.len() * 2).sum()
        };
        while self.kept.len() > 1 && bytes(&self.kept) > IN_MEMORY {
            self.kept.pop_front();
        }
    }

    fn file(&self, key: &Key) -> PathBuf {
        self.dir.join(format!("{}.wav", key.0))
    }

    /// Whole or not at all: a file under its name is complete.
    fn write(&self, key: &Key, sound: &Sound) -> io::Result<()> {
        fs::create_dir_all(&self.dir)?;
        let half = self.dir.join("half");
        fs::write(&half, &*wav::write(sound))?;
        fs::rename(half, self.file(key))?;
        shrink(&self.dir, ON_DISK)
    }
}

/// Removes the oldest files until the others take no more than so many bytes.
fn shrink(dir: &Path, bytes: u64) -> io::Result<()> {
    let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let about = entry.metadata()?;
        files.push((about.modified()?, about.len(), entry.path()));
    }
    files.sort();
    let mut left: u64 = files.iter().map(|(_, length, _)| length).sum();
    for (_, length, file) in files {
        if left <= bytes {
            break;
        }
        fs::remove_file(file)?;
        left -= length;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    fn sound(sample: i16, length: usize) -> Arc<Sound> {
        Arc::new(Sound {
            samples: Zeroizing::new(vec![sample; length]),
            rate: 22_050,
        })
    }

    #[test]
    fn a_prompt_is_there_after_a_restart_in_its_voice_alone() {
        let folder = tempfile::tempdir().unwrap();
        let key = Key::of_fixed("请放好身份证。", Voice::Mandarin);
        Cache::new(folder.path().join("speech")).put(key.clone(), &sound(7, 100));
        let mut cache = Cache::new(folder.path().join("speech"));
        assert!(cache.get(&key) == Some(sound(7, 100)));
        let other = Key::of_fixed("请放好身份证。", Voice::Cantonese);
        assert!(cache.get(&other).is_none());
    }

    #[test]
    fn a_damaged_file_is_as_good_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let key = Key::of_fixed("请放好身份证。", Voice::Mandarin);
        let mut cache = Cache::new(folder.path().to_owned());
        fs::write(cache.file(&key), b"RIFF").unwrap();
        assert!(cache.get(&key).is_none());
    }

    #[test]
    fn memory_is_bounded() {
        let folder = tempfile::tempdir().unwrap();
        // A disk that cannot be written does not stop it.
        fs::write(folder.path().join("file"), b"").unwrap();
        let mut cache = Cache::new(folder.path().join("file"));
        for number in 0..40 {
            let key = Key::of_fixed(&number.to_string(), Voice::Mandarin);
            cache.put(key, &sound(1, 500_000));
        }
        assert_eq!(cache.kept.len(), IN_MEMORY / 1_000_000);
    }

    #[test]
    fn the_oldest_files_go_first() {
        let folder = tempfile::tempdir().unwrap();
        for (number, name) in ["old", "older", "new"].iter().enumerate() {
            let file = folder.path().join(name);
            fs::write(&file, [0; 10]).unwrap();
            let age = std::time::Duration::from_secs([20, 30, 10][number]);
            let file = fs::File::options().write(true).open(file).unwrap();
            file.set_modified(SystemTime::now() - age).unwrap();
        }
        shrink(folder.path(), 20).unwrap();
        let mut left: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        left.sort();
        assert_eq!(left, ["new", "old"]);
    }
}
