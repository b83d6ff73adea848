//! The engine of the child process: every method, each read from its files when it is first used.

use std::path::PathBuf;
use std::rc::Rc;

use super::block_list::BlockList;
use super::command::EngineArgs;
use super::drawing::Drawing;
use super::handwriting::{Point, Recogniser};
use super::pinyin::{Pinyin, Spelling};
use super::staging::Staging;
use super::stroke_table::StrokeTable;
use super::strokes::Strokes;
use super::{Composition, InputEngine, InputError, InputMethods, Method};

/// Composes with one method at a time.
pub(super) struct Engine {
    method: Method,
    pinyin: Pinyin,
    /// `None` until it is first used, for most visits never.
    strokes: Option<Strokes>,
    /// The same.
    drawing: Option<Drawing>,
    blocked: Rc<BlockList>,
    dictionaries: PathBuf,
    templates: PathBuf,
}

impl Engine {
    /// Opens pinyin (about 20 ms).
    ///
    /// # Errors
    /// `File`, `LibraryMissing`, `LibraryTooOld`, `SchemaRefused`.
    pub fn load(args: &EngineArgs) -> Result<Self, InputError> {
        let blocked = Rc::new(BlockList::load(&args.source.join("blocked.txt"))?);
        Ok(Self {
            method: Method::Pinyin,
            pinyin: Pinyin::open(&Staging::new(args).directories(), Rc::clone(&blocked))?,
            strokes: None,
            drawing: None,
            blocked,
            dictionaries: args.data.clone(),
            templates: args.handwriting.clone(),
        })
    }

    fn load_strokes(&mut self) -> Result<(), InputError> {
        if self.strokes.is_none() {
            let table = StrokeTable::load(&self.dictionaries).map_err(|error| off(&error))?;
            self.strokes = Some(Strokes::new(table, Rc::clone(&self.blocked)));
        }
        Ok(())
    }

    fn load_drawing(&mut self) -> Result<(), InputError> {
        if self.drawing.is_none() {
            let recogniser = Recogniser::load(&self.templates).map_err(|error| off(&error))?;
            self.drawing = Some(Drawing::new(recogniser, Rc::clone(&self.blocked)));
        }
        Ok(())
    }

    /// What composes with the present method.
    fn current(&mut self) -> &mut dyn InputEngine {
        match (self.method, &mut self.strokes, &mut self.drawing) {
            (Method::Strokes, Some(strokes), _) => strokes,
            (Method::Handwriting, _, Some(drawing)) => drawing,
            _ => &mut self.pinyin,
        }
    }
}

/// The reason why one method is off.
fn off(error: &impl std::error::Error) -> InputError {
    InputError::MethodOff(error.to_string())
}

impl InputMethods for Engine {
    fn begin(&mut self, method: Method, names: bool) -> Result<(), InputError> {
        match method {
            Method::Pinyin => self.pinyin.spell(Spelling::Letters, names)?,
            Method::NinePinyin => self.pinyin.spell(Spelling::NineKeys, names)?,
            Method::Strokes => self.load_strokes()?,
            Method::Handwriting => self.load_drawing()?,
        }
        self.clear()?;
        self.method = method;
        Ok(())
    }
}

impl InputEngine for Engine {
    fn key(&mut self, key: char) -> Result<Composition, InputError> {
        self.current().key(key)
    }

    fn write(&mut self, strokes: &[Vec<Point>]) -> Result<Composition, InputError> {
        self.current().write(strokes)
    }

    fn choose(&mut self, index: usize) -> Result<Composition, InputError> {
        self.current().choose(index)
    }

    fn page(&mut self) -> Result<Composition, InputError> {
        self.current().page()
    }

    fn clear(&mut self) -> Result<(), InputError> {
        self.current().clear()
    }
}
