//! The screen reader's side: what AT-SPI tells, and a press through it.

use atspi_proxies::accessible::AccessibleProxy;
use atspi_proxies::action::ActionProxy;
use atspi_proxies::cache::CacheProxy;
use atspi_proxies::common::CacheItem;
use zbus::Connection;
use zbus::proxy::CacheProperties;

use crate::session::Session;
use crate::tree::Node;
use crate::until;

/// Connected to the accessibility bus of the session.
pub struct Reader {
    bus: Connection,
}

impl Reader {
    pub fn new(session: &Session) -> Self {
        Self {
            bus: zbus::block_on(session.accessibility()),
        }
    }

    /// What is told now, in the order in which it is read; empty while nobody tells anything.
    pub fn nodes(&self) -> Vec<Node> {
        self.items().iter().filter_map(Node::told).collect()
    }

    /// Does the only action of the control, as soon as it is told.
    pub fn press(&self, role: &str, name: &str) {
        let found = |item: &CacheItem| item.role.name() == role && item.short_name == name;
        // A page that is still changing takes its objects away again: then this one is looked for once more.
        let pressed = until(|| {
            let item = self.items().into_iter().find(found)?;
            zbus::block_on(self.act(&item)).ok()
        });
        let actions = pressed.unwrap_or_else(|| panic!("no {role} {name}"));
        assert_eq!(actions, 1, "actions of {role} {name}");
    }

    /// Does the first action, and returns how many there are.
    async fn act(&self, item: &CacheItem) -> zbus::Result<usize> {
        let name = item.object.name().ok_or(zbus::Error::InvalidField)?;
        let action = ActionProxy::builder(&self.bus)
            .destination(name.to_owned())?
            .path(item.object.path().to_owned())?
            .build()
            .await?;
        let actions = action.get_actions().await?;
        action.do_action(0).await?;
        Ok(actions.len())
    }

    /// Everything that the programs on this bus tell.
    fn items(&self) -> Vec<CacheItem> {
        zbus::block_on(self.all_items()).unwrap_or_default()
    }

    async fn all_items(&self) -> zbus::Result<Vec<CacheItem>> {
        let desktop = AccessibleProxy::builder(&self.bus)
            .destination("org.a11y.atspi.Registry")?
            .cache_properties(CacheProperties::No)
            .build()
            .await?;
        let mut items = Vec::new();
        for program in desktop.get_children().await? {
            let Some(name) = program.name() else { continue };
            let cache = CacheProxy::builder(&self.bus)
                .destination(name.to_owned())?
                .build()
                .await?;
            items.extend(cache.get_items().await?);
        }
        Ok(items)
    }
}
