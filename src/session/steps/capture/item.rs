//! What a step takes pictures of.

use crate::catalogue::model::{Acquire, FieldType, Step};
use crate::catalogue::predicate::Predicate;
use crate::protocol::body::Words;
use crate::session::context::Context;
use crate::session::event::DeviceRole;
use crate::session::view::Say;

/// One paper or photograph.
pub(super) struct Item {
    /// Id of its material or field.
    pub id: String,
    pub name: Words,
    pub required: bool,
    pub ways: Vec<Acquire>,
}

impl Item {
    /// The person gives nothing: it is fetched, or was read from the card.
    pub fn comes_by_itself(&self) -> bool {
        !self.ways.iter().any(|way| by_hand(*way))
    }

    /// The ways that the person can take now, in the order of the catalogue.
    pub fn usable(&self, context: &Context) -> Vec<Acquire> {
        self.ways
            .iter()
            .copied()
            .filter(|way| by_hand(*way) && off(context, *way).is_none())
            .collect()
    }

    /// Why none of its ways can be taken.
    pub fn hindrance(&self, context: &Context) -> Option<Say> {
        self.ways.iter().find_map(|way| off(context, *way))
    }
}

fn by_hand(way: Acquire) -> bool {
    matches!(way, Acquire::DocCamera | Acquire::QrUpload)
}

/// Why a way cannot be taken now.
pub(super) fn off(context: &Context, way: Acquire) -> Option<Say> {
    match way {
        Acquire::DocCamera => context.device_off(DeviceRole::DocCamera),
        _ => None,
    }
}

/// What the step takes, without what must not be asked for.
pub(super) fn items(context: &Context, step: usize) -> Vec<Item> {
    let Some(service) = context.service() else {
        return Vec::new();
    };
    let Some(step) = service.steps.get(step) else {
        return Vec::new();
    };
    let mut items = pictures(context, step);
    let materials = step.materials.iter().filter_map(|id| service.material(id));
    for material in materials.filter(|material| !holds(context, material.unless.as_ref())) {
        items.push(Item {
            id: material.id.clone(),
            name: (*material.name).clone(),
            required: material.required || holds(context, material.required_when.as_ref()),
            ways: material.acquire.clone(),
        });
    }
    items
}

fn pictures(context: &Context, step: &Step) -> Vec<Item> {
    let fields = step
        .fields
        .iter()
        .filter_map(|id| context.service()?.field(id))
        .filter(|field| matches!(field.kind, FieldType::Photo | FieldType::Document));
    fields
        .map(|field| Item {
            id: field.id.clone(),
            name: (*field.label).clone(),
            required: field.required || holds(context, field.required_when.as_ref()),
            ways: field.acquire.clone(),
        })
        .collect()
}

/// A condition that nobody can judge does not hold: then the paper is asked for as usual.
fn holds(context: &Context, condition: Option<&Predicate>) -> bool {
    condition.is_some_and(|condition| context.judge(|facts| condition.judge(facts)) == Some(true))
}
