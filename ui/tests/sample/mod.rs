//! A window of the screens with fictitious contents, one function a page.
#![allow(dead_code)] // each test uses its own part

use std::collections::HashMap;
use std::rc::Rc;

use kiosk_ui::*;
use slint::{ComponentHandle, Image, Model, ModelRc, Rgb8Pixel, SharedPixelBuffer, VecModel};

pub mod handover;
pub mod matters;
pub mod pages;
pub mod picture;

/// How a screen is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub name: &'static str,
    pub size: (u32, u32),
    pub text: TextSize,
    pub high_contrast: bool,
    pub language: &'static str,
    /// Where the reach of somebody who sits ends: of the panel, px on a millimetre and its lower edge above the floor.
    pub low: Option<(f32, f32)>,
}

/// A panel of 32" and one of 19", each as it hangs in a hall.
const LARGE_PANEL: Option<(f32, f32)> = Some((2.71, 900.0));
const SMALL_PANEL: Option<(f32, f32)> = Some((4.25, 1000.0));

/// The standard size of each layout.
const PORTRAIT: Look = Look {
    name: "light",
    size: (1080, 1920),
    text: TextSize::Standard,
    high_contrast: false,
    language: "zh-Hans",
    low: None,
};
const LANDSCAPE: Look = Look {
    name: "wide",
    size: (1920, 1080),
    ..PORTRAIT
};
const FIVE_FOUR: Look = Look {
    name: "five",
    size: (1600, 1280),
    ..PORTRAIT
};

pub const LOOKS: [Look; 23] = [
    PORTRAIT,
    Look {
        name: "care",
        text: TextSize::Care,
        ..PORTRAIT
    },
    Look {
        name: "contrast",
        high_contrast: true,
        ..PORTRAIT
    },
    LANDSCAPE,
    Look {
        name: "wide-care",
        text: TextSize::Care,
        ..LANDSCAPE
    },
    Look {
        name: "english",
        language: "en",
        ..PORTRAIT
    },
    Look {
        name: "extra",
        text: TextSize::Extra,
        ..PORTRAIT
    },
    Look {
        name: "wide-extra",
        text: TextSize::Extra,
        ..LANDSCAPE
    },
    Look {
        name: "large",
        text: TextSize::Large,
        ..PORTRAIT
    },
    Look {
        name: "wide-english",
        high_contrast: true,
        language: "en",
        ..LANDSCAPE
    },
    Look {
        name: "low",
        low: LARGE_PANEL,
        ..PORTRAIT
    },
    Look {
        name: "low-care",
        text: TextSize::Care,
        high_contrast: true,
        low: LARGE_PANEL,
        ..PORTRAIT
    },
    Look {
        name: "low-large",
        text: TextSize::Large,
        low: LARGE_PANEL,
        ..PORTRAIT
    },
    Look {
        name: "low-extra",
        text: TextSize::Extra,
        low: LARGE_PANEL,
        ..PORTRAIT
    },
    Look {
        name: "low-english",
        language: "en",
        low: LARGE_PANEL,
        ..PORTRAIT
    },
    Look {
        name: "wide-low",
        low: LARGE_PANEL,
        ..LANDSCAPE
    },
    Look {
        name: "wide-low-care",
        text: TextSize::Care,
        low: LARGE_PANEL,
        ..LANDSCAPE
    },
    FIVE_FOUR,
    Look {
        name: "five-care",
        text: TextSize::Care,
        ..FIVE_FOUR
    },
    Look {
        name: "five-english",
        high_contrast: true,
        language: "en",
        ..FIVE_FOUR
    },
    Look {
        name: "five-low",
        low: SMALL_PANEL,
        ..FIVE_FOUR
    },
    Look {
        name: "five-low-care",
        text: TextSize::Care,
        low: SMALL_PANEL,
        ..FIVE_FOUR
    },
    Look {
        name: "five-large",
        text: TextSize::Large,
        ..FIVE_FOUR
    },
];

/// The look of that name.
pub fn look(name: &str) -> Look {
    LOOKS
        .into_iter()
        .find(|look| look.name == name)
        .unwrap_or_else(|| panic!("no look {name}"))
}

impl Look {
    /// Millimetres of the panel in px.
    pub fn px(self, millimetres: f32) -> f32 {
        self.low.map_or(2.71, |(px_per_mm, _)| px_per_mm) * millimetres
    }

    /// Top of the dock, px from the top.
    pub fn dock(self) -> f32 {
        let (width, height) = (self.size.0 as f32, self.size.1 as f32);
        let care = matches!(self.text, TextSize::Care | TextSize::Extra);
        height
            - if width > height {
                144.0
            } else if care {
                192.0
            } else {
                168.0
            }
    }

    /// Highest place of what can be pressed, px from the top: 1,220 mm above the floor (GB 50763, ADA 308).
    pub fn reach(self) -> f32 {
        self.low.map_or(0.0, |(px_per_mm, bottom_mm)| {
            self.size.1 as f32 - (1220.0 - bottom_mm) * px_per_mm
        })
    }
}

/// The fixed words of a language, as the presenter reads them. A sample pack has one file.
pub fn words(language: &str) -> HashMap<String, String> {
    let folder = format!("{}/../config/texts/{language}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(format!("{folder}/ui.toml"))
        .or_else(|_| std::fs::read_to_string(format!("{folder}/sample.toml")));
    let table: toml::Table = text.unwrap().parse().unwrap();
    table
        .into_iter()
        .map(|(k, v)| (k, v.as_str().unwrap().to_owned()))
        .collect()
}

/// Fills in the fixed words of a language; a sample pack speaks simplified Chinese where it has no words yet.
pub fn say(fixed: &Tx<'_>, language: &str) {
    let mut words = words("zh-Hans");
    words.extend(self::words(language));
    fixed.on_get(move |id, n, m| {
        let text = words.get(id.as_str()).unwrap_or_else(|| panic!("no text {id}"));
        text.replace("{n}", &n.to_string())
            .replace("{m}", &m.to_string())
            .into()
    });
    fixed.on_kept(|words| typography::kept(&words));
}

/// The open gallery of widgets, in portrait.
pub fn gallery() -> Gallery {
    i_slint_backend_testing_init();
    let gallery = Gallery::new().unwrap();
    say(&gallery.global::<Tx>(), "zh-Hans");
    gallery.window().set_size(slint::PhysicalSize::new(1080, 1920));
    gallery.show().unwrap();
    gallery
}

/// An open window with that look and nothing on its page.
pub fn window(look: Look) -> App {
    i_slint_backend_testing_init();
    let app = App::new().unwrap();
    dress(&app, look);
    app.show().unwrap();
    app
}

/// Gives a window, of whatever backend, that look.
pub fn dress(app: &App, look: Look) {
    say(&app.global::<Tx>(), look.language);
    let chrome = app.global::<Chrome>();
    chrome.set_place("青禾区政务服务大厅".into());
    chrome.set_clock("10:24".into());
    chrome.set_date("11月18日 星期三".into());
    chrome.set_size(look.text);
    chrome.set_high_contrast(look.high_contrast);
    chrome.set_language(look.language.into());
    chrome.set_languages(list(
        [
            ("zh-Hans", "简体中文"),
            ("zh-Hant", "繁體中文"),
            ("en", "English"),
        ]
        .map(|(tag, name)| LanguageData {
            tag: tag.into(),
            name: name.into(),
        }),
    ));
    if let Some((px_per_mm, bottom_mm)) = look.low {
        chrome.set_low_reach(true);
        chrome.set_px_per_mm(px_per_mm);
        chrome.set_bottom_mm(bottom_mm);
    }
    app.global::<Tx>().set_rev(1);
    app.window()
        .set_size(slint::PhysicalSize::new(look.size.0, look.size.1));
}

fn i_slint_backend_testing_init() {
    use i_slint_backend_testing::{TestingBackend, TestingBackendOptions};
    let options = TestingBackendOptions {
        mock_time: true,
        threading: false,
        renderer_name: Some("software".into()),
    };
    // A second window of the same thread finds the platform already there.
    let _ = slint::platform::set_platform(Box::new(TestingBackend::new(options)));
}

pub fn list<T: Clone + 'static>(items: impl IntoIterator<Item = T>) -> ModelRc<T> {
    ModelRc::from(Rc::new(VecModel::from(items.into_iter().collect::<Vec<_>>())))
}

pub fn button(icon: &str, text: &str) -> ButtonData {
    ButtonData {
        icon: icon.into(),
        text: text.into(),
        off: "".into(),
    }
}

pub fn row(label: &str, value: &str, source: &str) -> RowData {
    RowData {
        label: label.into(),
        value: value.into(),
        source: source.into(),
    }
}

pub fn tile(icon: &str, title: &str, sub: &str, off: &str) -> TileData {
    TileData {
        id: title.into(),
        icon: icon.into(),
        title: title.into(),
        sub: sub.into(),
        off: off.into(),
        strong: false,
    }
}

pub fn choice(icon: &str, title: &str, sub: &str, chosen: bool) -> ChoiceData {
    ChoiceData {
        id: title.into(),
        icon: icon.into(),
        title: title.into(),
        sub: sub.into(),
        chosen,
        off: "".into(),
        number: 0,
    }
}

pub fn fact(icon: &str, label: &str, text: &str, sub: &str) -> FactData {
    FactData {
        icon: icon.into(),
        label: label.into(),
        text: text.into(),
        sub: sub.into(),
    }
}

/// A picture without anybody on it: a soft gradient of the given size.
pub fn picture(width: u32, height: u32) -> Image {
    let mut buffer = SharedPixelBuffer::<Rgb8Pixel>::new(width, height);
    for (i, pixel) in buffer.make_mut_slice().iter_mut().enumerate() {
        let (x, y) = (i as u32 % width, i as u32 / width);
        *pixel = Rgb8Pixel {
            r: (150 + x * 80 / width) as u8,
            g: (170 + y * 50 / height) as u8,
            b: (160 + (x + y) % 64 / 8) as u8,
        };
    }
    Image::from_rgb8(buffer)
}
