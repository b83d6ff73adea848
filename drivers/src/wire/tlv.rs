//! BER-TLV as cards write it (ISO/IEC 7816-4): tags of one or two bytes, lengths up to 65535.

/// One element: its tag and what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element<'a> {
    /// `0x84`, or `0x9F0C` for a tag of two bytes.
    pub tag: u16,
    /// What it holds.
    pub value: &'a [u8],
}

/// Takes the first element off; `None` when it is torn or of another form. Returns what follows it.
pub fn first(bytes: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (&leading, mut rest) = bytes.split_first()?;
    let mut tag = u16::from(leading);
    if leading & 0x1F == 0x1F {
        let (&next, after) = rest.split_first()?;
        if next & 0x80 != 0 {
            return None;
        }
        tag = tag << 8 | u16::from(next);
        rest = after;
    }
    let (&short, mut rest) = rest.split_first()?;
    let length = match short {
        0..=0x7F => usize::from(short),
        0x81 | 0x82 => {
            let count = usize::from(short & 0x0F);
            let (number, after) = rest.split_at_checked(count)?;
            rest = after;
            number.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
        }
        _ => return None,
    };
    let (value, rest) = rest.split_at_checked(length)?;
    Some((Element { tag, value }, rest))
}

/// The value of the first element with this tag, among elements one behind another. Padding of zeros
/// between them is skipped.
pub fn find(mut bytes: &[u8], tag: u16) -> Option<&[u8]> {
    while !bytes.is_empty() {
        if let Some(rest) = bytes.strip_prefix(&[0]) {
            bytes = rest;
            continue;
        }
        let (element, rest) = first(bytes)?;
        if element.tag == tag {
            return Some(element.value);
        }
        bytes = rest;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encode(tag: u16, value: &[u8]) -> Vec<u8> {
        let [high, low] = tag.to_be_bytes();
        let mut bytes = if high == 0 { vec![low] } else { vec![high, low] };
        match value.len() {
            length @ 0..=0x7F => bytes.push(length as u8),
            length @ 0x80..=0xFF => bytes.extend([0x81, length as u8]),
            length => bytes.extend([0x82, (length >> 8) as u8, length as u8]),
        }
        bytes.extend_from_slice(value);
        bytes
    }

    #[test]
    fn the_name_is_found_in_a_traced_answer() {
        let fci = [
            0x6F, 0x15, 0x84, 0x09, 0xA0, 0x00, 0x00, 0x00, 0x03, 0x86, 0x98, 0x07, 0x01, 0xA5, 0x08, 0x9F,
            0x08, 0x01, 0x02, 0x9F, 0x0C, 0x01, 0xEE,
        ];
        let template = find(&fci, 0x6F).unwrap();
        assert_eq!(
            find(template, 0x84).unwrap(),
            [0xA0, 0x00, 0x00, 0x00, 0x03, 0x86, 0x98, 0x07, 0x01]
        );
        let proprietary = find(template, 0xA5).unwrap();
        assert_eq!(find(proprietary, 0x9F0C).unwrap(), [0xEE]);
        assert_eq!(find(proprietary, 0x9F0D), None);
    }

    #[test]
    fn torn_and_foreign_forms_give_nothing() {
        for bytes in [
            &[0x84_u8][..],
            &[0x84, 0x02, 0x01],
            &[0x9F],
            &[0x9F, 0x81, 0x01, 0x00],
            &[0x84, 0x80, 0x00],
            &[0x84, 0x83, 0x00, 0x00, 0x00],
            &[0x84, 0x82, 0x01],
        ] {
            assert_eq!(first(bytes), None, "{bytes:02X?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_found_behind_others_and_padding(
            value in prop::collection::vec(any::<u8>(), 0..300),
            before in prop::collection::vec(any::<u8>(), 0..200),
            zeros in 0_usize..4,
        ) {
            let mut bytes = encode(0xA5, &before);
            bytes.extend(vec![0; zeros]);
            bytes.extend(encode(0x9F0C, &value));
            bytes.extend([0x84, 0x05]);
            prop_assert_eq!(find(&bytes, 0x9F0C), Some(&value[..]));
        }

        #[test]
        fn any_bytes_end_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), tag: u16) {
            if let Some(value) = find(&bytes, tag) {
                prop_assert!(value.len() <= bytes.len());
            }
        }
    }
}
