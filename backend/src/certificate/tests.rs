use super::*;

fn fields() -> BTreeMap<String, String> {
    let values: Values = [
        ("holder_name", "测试乙"),
        ("holder_id_no", "99000019810825413X"),
        ("holder_sex", "男"),
        ("holder_birth", "1981年8月25日"),
        ("holder_address", "虚构省虚构市虚构区样例路2号"),
        ("relative.name", "样例子"),
        ("relative.id_no", "990000200908100227"),
        ("relative.relation", "女儿"),
        ("request.purpose", "子女入学 #panic(\"x\") $ _ * \\ ] 𠮷"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    let mut fields = Layout::of_kind(Some("kinship")).unwrap().fields(&values, &[]);
    for (name, value) in [
        ("number", "Z2026112300001"),
        ("issued_on", "2026-11-23"),
        ("valid_until", "2027-05-23"),
        ("office", "样例街道办事处"),
    ] {
        fields.insert(name.to_owned(), value.to_owned());
    }
    fields
}

fn code() -> String {
    Signer::from_seed(&[1; 32]).sign(&Claims {
        certificate: uuid::Uuid::from_u128(0x0123_4567_89ab_cdef),
        issued_on: jiff::civil::date(2026, 11, 23),
        valid_until: jiff::civil::date(2027, 5, 23),
        fields_sha256: fields_sha256(&fields()),
    })
}

fn press() -> Press {
    Press::open(Path::new("/usr/share/fonts")).unwrap()
}

fn print(press: &Press, copy_serial: &str) -> Printed {
    press
        .print(&Paper {
            fields: &fields(),
            code: &code(),
            copy_serial,
        })
        .unwrap()
}

/// Runs one of the PDF tools; `None` when it is not installed.
fn tool(name: &str, arguments: &[&str]) -> Option<String> {
    let output = std::process::Command::new(name).args(arguments).output().ok()?;
    assert!(
        output.status.success(),
        "{name}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn the_same_input_gives_the_same_bytes_and_another_copy_gives_others() {
    let press = press();
    let started = std::time::Instant::now();
    let first = print(&press, "P2026112300001");
    println!("first certificate: {} ms", started.elapsed().as_millis());
    let started = std::time::Instant::now();
    let again = print(&press, "P2026112300001");
    println!("next certificate: {} ms", started.elapsed().as_millis());
    assert_eq!(Sha256::digest(&first.pdf), Sha256::digest(&again.pdf));
    assert_eq!(first.pages, 1);
    assert_ne!(print(&press, "P2026112300002").pdf, first.pdf);
}

#[test]
fn it_is_a_sound_pdf_a_with_every_font_embedded_and_a_readable_code() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("certificate.pdf");
    let printed = print(&press(), "P2026112300001");
    std::fs::write(&path, &printed.pdf).unwrap();
    if let Ok(keep) = std::env::var("KEEP_CERTIFICATE") {
        std::fs::write(keep, &printed.pdf).unwrap();
    }
    let text = String::from_utf8_lossy(&printed.pdf);
    assert!(text.contains("pdfaid:part>2<") && text.contains("pdfaid:conformance>B<"));
    let file = path.to_str().unwrap();
    if let Some(fonts) = tool("pdffonts", &[file]) {
        let rows: Vec<&str> = fonts.lines().skip(2).collect();
        assert!(!rows.is_empty());
        for row in rows {
            // name … emb sub uni object ID
            let columns: Vec<&str> = row.split_whitespace().rev().collect();
            assert_eq!(columns[4], "yes", "not embedded: {row}");
        }
    }
    tool("qpdf", &["--check", file]);
    if let Some(words) = tool("pdftotext", &[file, "-"]) {
        for part in [
            "亲属关系证明",
            "测试乙",
            "不具法律效力",
            "#panic",
            "𠮷",
            "P2026112300001",
        ] {
            assert!(words.contains(part), "{part} is not in the text");
        }
    }
    let picture = folder.path().join("page");
    let raster = tool(
        "pdftoppm",
        &[
            "-r",
            "300",
            "-png",
            "-singlefile",
            file,
            picture.to_str().unwrap(),
        ],
    );
    if raster.is_some()
        && let Some(read) = tool("zbarimg", &["--raw", "-q", &format!("{}.png", picture.display())])
    {
        assert_eq!(read.trim_end_matches('\n'), code());
    }
}

#[test]
fn absent_fonts_are_named_with_their_package() {
    let folder = tempfile::tempdir().unwrap();
    let message = Press::open(folder.path()).err().unwrap().to_string();
    assert!(
        message.contains("NotoSerifCJK-Regular.ttc") && message.contains("fonts-noto-cjk"),
        "{message}"
    );
}
