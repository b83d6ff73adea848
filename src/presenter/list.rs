//! A list on the screen that changes in place: a row whose data stay is not touched, so that a
//! finger on it does not lose its tap.

use std::cell::RefCell;
use std::rc::Rc;

use slint::{Model, ModelRc, VecModel};

/// `Data` is compared, `Row` is what the screen shows (it may hold lists of its own, which compare
/// by identity only).
pub(super) struct List<Data, Row: 'static = Data> {
    shown: RefCell<Vec<Data>>,
    rows: Rc<VecModel<Row>>,
    row: fn(&Data) -> Row,
}

impl<Data: PartialEq, Row: Clone + 'static> List<Data, Row> {
    pub fn new(row: fn(&Data) -> Row) -> Self {
        Self {
            shown: RefCell::default(),
            rows: Rc::default(),
            row,
        }
    }

    /// For the property; set once.
    pub fn model(&self) -> ModelRc<Row> {
        ModelRc::from(self.rows.clone())
    }

    /// Shows these data.
    pub fn set(&self, data: Vec<Data>) {
        let mut shown = self.shown.borrow_mut();
        for (index, new) in data.iter().enumerate() {
            match shown.get(index) {
                Some(old) if old == new => {}
                Some(_) => self.rows.set_row_data(index, (self.row)(new)),
                None => self.rows.push((self.row)(new)),
            }
        }
        for index in (data.len()..self.rows.row_count()).rev() {
            self.rows.remove(index);
        }
        *shown = data;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(list: &List<i32>) -> Vec<i32> {
        list.model().iter().collect()
    }

    #[test]
    fn a_list_follows_its_data() {
        let list = List::new(i32::clone);
        for data in [vec![1, 2, 3], vec![1, 5], vec![], vec![7, 8, 9, 10]] {
            list.set(data.clone());
            assert_eq!(contents(&list), data);
        }
    }

    #[test]
    fn only_the_row_that_changed_is_made_anew() {
        let made = |data: &Rc<RefCell<u32>>| *data.borrow_mut() += 1;
        let list: List<Rc<RefCell<u32>>, ()> = List::new(made);
        let (first, second) = (Rc::new(RefCell::new(0)), Rc::new(RefCell::new(10)));
        list.set(vec![first.clone(), second.clone()]);
        list.set(vec![first.clone(), Rc::new(RefCell::new(20))]);
        assert_eq!((*first.borrow(), *second.borrow()), (1, 11));
    }
}
