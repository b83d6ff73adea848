//! WAV files: what the recordings are, what the engine answers with, and what the cache keeps.
//! Read here and not by a library, because the engine streams: its header gives a length that is not
//! known yet, which libraries take for a damaged file.

use zeroize::Zeroizing;

use super::clip::Sound;

/// Lengths from here on mean "until the end": so does who writes into a pipe.
const STREAMED: usize = 0x7fff_0000;
const PCM: u16 = 1;
const RATES: std::ops::RangeInclusive<u32> = 8000..=48_000;

/// A file that is not played.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WavError {
    /// Something else.
    #[error("not a WAV file")]
    NotWav,
    /// Compressed, or of another depth.
    #[error("format {format} with {bits} bits; wanted is 16-bit PCM (format 1)")]
    Format {
        /// Tag of the format.
        format: u16,
        /// Bits of a sample.
        bits: u16,
    },
    /// More than two channels, or none.
    #[error("{0} channels; wanted is one or two")]
    Channels(u16),
    /// Too low or too high.
    #[error("{0} samples per second; wanted is 8000 to 48000")]
    Rate(u32),
    /// Shorter than its header says.
    #[error("cut off: its header tells of more than is there")]
    Cut,
    /// Not one sample.
    #[error("holds no sound")]
    Empty,
}

/// Reads a file; two channels become one.
///
/// # Errors
/// What is wrong with the file.
pub fn read(file: &[u8]) -> Result<Sound, WavError> {
    let mut rest = body(file).ok_or(WavError::NotWav)?;
    let mut format = None;
    while let Some((name, length, after)) = chunk(rest) {
        let content = after.get(..length);
        match name {
            b"fmt " => format = Some(Format::read(content.unwrap_or(after)).ok_or(WavError::NotWav)?),
            b"data" => {
                let format = format.ok_or(WavError::NotWav)?;
                format.check()?;
                return match content {
                    Some(data) => format.sound(data),
                    None if length >= STREAMED => format.sound(after),
                    None => Err(WavError::Cut),
                };
            }
            _ => {}
        }
        // Chunks begin at even places.
        rest = after.get(length.saturating_add(length % 2)..).unwrap_or_default();
    }
    Err(WavError::NotWav)
}

/// What stands behind the head of the file.
fn body(file: &[u8]) -> Option<&[u8]> {
    let (riff, rest) = file.split_first_chunk::<4>()?;
    let (_, rest) = rest.split_first_chunk::<4>()?;
    let (wave, rest) = rest.split_first_chunk::<4>()?;
    (riff == b"RIFF" && wave == b"WAVE").then_some(rest)
}

/// Name and length of a chunk, and everything from its content on.
fn chunk(rest: &[u8]) -> Option<(&[u8; 4], usize, &[u8])> {
    let (name, rest) = rest.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    Some((name, length, rest))
}

#[derive(Clone, Copy)]
struct Format {
    format: u16,
    channels: u16,
    rate: u32,
    bits: u16,
}

impl Format {
    fn read(chunk: &[u8]) -> Option<Self> {
        let two = |at: usize| Some(u16::from_le_bytes(*chunk.get(at..)?.first_chunk()?));
        Some(Self {
            format: two(0)?,
            channels: two(2)?,
            rate: u32::from_le_bytes(*chunk.get(4..)?.first_chunk()?),
            bits: two(14)?,
        })
    }

    fn check(self) -> Result<(), WavError> {
        let Self { format, bits, .. } = self;
        if format != PCM || bits != 16 {
            return Err(WavError::Format { format, bits });
        }
        if !matches!(self.channels, 1 | 2) {
            return Err(WavError::Channels(self.channels));
        }
        if !RATES.contains(&self.rate) {
            return Err(WavError::Rate(self.rate));
        }
        Ok(())
    }

    fn sound(self, data: &[u8]) -> Result<Sound, WavError> {
        let all = data.as_chunks::<2>().0.iter().copied().map(i16::from_le_bytes);
        let samples: Vec<i16> = if self.channels == 2 {
            data.as_chunks::<4>().0.iter().map(mixed).collect()
        } else {
            all.collect()
        };
        if samples.is_empty() {
            return Err(WavError::Empty);
        }
        Ok(Sound {
            samples: Zeroizing::new(samples),
            rate: self.rate,
        })
    }
}

/// Left and right in one; half of each never clips.
fn mixed(&[left_low, left_high, right_low, right_high]: &[u8; 4]) -> i16 {
    let left = i16::from_le_bytes([left_low, left_high]);
    let right = i16::from_le_bytes([right_low, right_high]);
    left / 2 + right / 2
}

/// A file of this sound.
#[must_use]
pub fn write(sound: &Sound) -> Zeroizing<Vec<u8>> {
    let bytes = u32::try_from(sound.samples.len() * 2).unwrap_or(u32::MAX);
    let mut file = Zeroizing::new(Vec::with_capacity(44 + sound.samples.len() * 2));
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&bytes.saturating_add(36).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    file.extend_from_slice(&PCM.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&sound.rate.to_le_bytes());
    file.extend_from_slice(&(sound.rate * 2).to_le_bytes());
    file.extend_from_slice(&2_u16.to_le_bytes());
    file.extend_from_slice(&16_u16.to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&bytes.to_le_bytes());
    file.extend_from_slice(&pcm(sound));
    file
}

/// The samples as bytes, as a player takes them.
#[must_use]
pub fn pcm(sound: &Sound) -> Zeroizing<Vec<u8>> {
    let bytes = sound.samples.iter().flat_map(|sample| sample.to_le_bytes());
    Zeroizing::new(bytes.collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sound() -> Sound {
        Sound {
            samples: Zeroizing::new(vec![1, -2, 300, i16::MIN]),
            rate: 22_050,
        }
    }

    /// A file with one field of its header changed.
    fn with(at: usize, bytes: &[u8]) -> Vec<u8> {
        let mut file = write(&sound()).to_vec();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        file
    }

    fn refusal(file: &[u8]) -> Option<WavError> {
        read(file).err()
    }

    #[test]
    fn what_was_written_is_read_again() {
        assert!(read(&write(&sound())) == Ok(sound()));
    }

    #[test]
    fn a_streamed_file_ends_where_it_ends() {
        let file = with(40, &0x7fff_f000_u32.to_le_bytes());
        assert!(read(&file) == Ok(sound()));
    }

    #[test]
    fn two_channels_become_one() {
        let file = with(22, &2_u16.to_le_bytes());
        let samples = read(&file).map(|sound| sound.samples.to_vec());
        assert_eq!(samples.unwrap(), [-1, 150 - 16_384]);
    }

    #[test]
    fn chunks_of_no_interest_are_passed_over() {
        let plain = write(&sound());
        let mut file = plain[..36].to_vec();
        file.extend_from_slice(b"LIST\x03\x00\x00\x00abc\x00");
        file.extend_from_slice(&plain[36..]);
        assert!(read(&file) == Ok(sound()));
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        let format = |format, bits| Some(WavError::Format { format, bits });
        assert_eq!(refusal(b"OggS"), Some(WavError::NotWav));
        assert_eq!(refusal(&with(20, &[3])), format(3, 16));
        assert_eq!(refusal(&with(34, &[8])), format(1, 8));
        assert_eq!(refusal(&with(22, &[6])), Some(WavError::Channels(6)));
        assert_eq!(
            refusal(&with(24, &96_000_u32.to_le_bytes())),
            Some(WavError::Rate(96_000))
        );
        assert_eq!(refusal(&with(40, &9_u32.to_le_bytes())), Some(WavError::Cut));
        assert_eq!(refusal(&with(40, &0_u32.to_le_bytes())), Some(WavError::Empty));
    }

    proptest! {
        #[test]
        fn no_file_can_hurt(at in 0_usize..52, byte: u8, length in 0_usize..52) {
            let mut file = write(&sound()).to_vec();
            if let Some(place) = file.get_mut(at) {
                *place = byte;
            }
            file.truncate(length);
            let samples = read(&file).map(|sound| sound.samples.len());
            prop_assert!(samples.unwrap_or(0) <= 4);
        }
    }
}
