//! What is sold, and by whom: the catalogues of one shop, or of several that share the folder of the data.

use std::path::Path;

use shop_core::lines::catalogue::Catalogue;
use shop_core::lines::catalogues::Catalogues;
use shop_core::orders::said::Said;
use shop_core::orders::scope::Scope;
use shop_core::words::order::OrderId;
use shop_core::words::shop::ShopName;
use shop_folder as folder;
use shop_folder::file;
use shop_host::Host;
use shop_host::view::{Argument, Voice};

use super::arguments::{Audit, Cli, Command};
use super::failure::{Failure, Told};

impl Cli {
    /// Whose orders the command is about. What is done for all shops at once cannot be done for one of them.
    pub(super) fn check_shop(&self) -> Result<(), Failure> {
        let Some(shop) = &self.shop else { return Ok(()) };
        let is_for_one = matches!(
            self.command,
            Command::Preview { .. }
                | Command::Fulfil { .. }
                | Command::Orders(_)
                | Command::Seats(_)
                | Command::Audit(Audit::List { .. })
                | Command::Events(_)
                | Command::Tokens(_)
                | Command::Connect(_)
        );
        // These are about no shop's data.
        let is_for_none = matches!(
            self.command,
            Command::Demo { .. } | Command::Check { .. } | Command::Build { .. } | Command::Schema(_)
        );
        if is_for_none {
            return Ok(());
        }
        if !is_for_one {
            return Err(Failure::Misused(Told::new("shop-all-together", [("shop", shop.to_string().into())])));
        }
        let file = self.data.join(folder::catalogue_of(shop));
        let place = [("shop", shop.to_string().into()), ("file", file.display().to_string().into())];
        if file.exists() { Ok(()) } else { Err(Failure::Misused(Told::new("shop-unknown", place))) }
    }

    /// Whose orders there are.
    pub(super) fn scope(&self) -> Scope {
        self.shop.clone().map_or(Scope::All, Scope::Shop)
    }

    /// The id of an order, as typed.
    pub(super) fn order_id(&self, id: &str) -> Result<OrderId, Failure> {
        let id = OrderId::try_from(id.to_owned()).map_err(|error| Failure::Usage(error.to_string()))?;
        self.scope().id(id).map_err(|error| Failure::Usage(error.to_string()))
    }

    /// What is said of an order in a file.
    pub(super) fn order(&self, file: &Path) -> Result<Said, Failure> {
        let said = self.scope().said(file::read_order(file)?);
        said.map_err(|error| Failure::Usage(format!("{}: id: {error}", file.display())))
    }

    /// Where the first shop's catalogue is looked for, to be told.
    pub(super) fn catalogue_place(&self) -> Argument<'static> {
        ("file", self.data.join(folder::CATALOGUE).display().to_string().into())
    }

    /// Those of all shops.
    pub(super) fn catalogues(&self) -> Result<Catalogues, Failure> {
        self.catalogues_if_any()?.ok_or_else(|| Failure::Lacking(Told::new("no-catalogue", [self.catalogue_place()])))
    }

    /// The same, unless none is named and there is none where they usually are.
    pub(super) fn catalogues_if_any(&self) -> Result<Option<Catalogues>, Failure> {
        let io = |error| Failure::Machine(format!("{}: {error}", self.data.join(folder::SHOPS).display()));
        let (first, others) = (self.first_catalogue()?, folder::shops(&self.data).map_err(io)?);
        if first.is_none() && others.is_empty() {
            return Ok(None);
        }
        let mut all = first.map(Catalogues::from).unwrap_or_default();
        for (path, shop) in others {
            let told = |error: &dyn std::fmt::Display| Failure::Usage(format!("{}: {error}", path.display()));
            let shop = shop.map_err(|error| told(&error))?;
            all = all.with(shop, file::read_catalogue(&path)?).map_err(|error| told(&error))?;
        }
        Ok(Some(all))
    }

    fn first_catalogue(&self) -> Result<Option<Catalogue>, Failure> {
        let default = self.data.join(folder::CATALOGUE);
        match &self.catalogue {
            None if !default.exists() => Ok(None),
            named => Ok(Some(file::read_catalogue(named.as_deref().unwrap_or(&default))?)),
        }
    }

    /// The language of the staff of the shop that the command is about, as far as there is a catalogue to tell.
    pub(super) fn shop_language(&self) -> String {
        self.language_of(self.shop.as_ref())
    }

    /// The same of the shop that has an order.
    pub(super) fn language_at(&self, order: &OrderId) -> String {
        self.language_of(order.shop().and_then(|shop| shop.parse().ok()).as_ref())
    }

    fn language_of(&self, shop: Option<&ShopName>) -> String {
        let catalogue = match shop {
            Some(shop) => file::read_catalogue(&self.data.join(folder::catalogue_of(shop))).ok(),
            None => self.first_catalogue().ok().flatten(),
        };
        catalogue.unwrap_or_default().shop.language
    }

    /// What is told to the staff of a shop that is open.
    pub(super) fn staff_voice<'a>(&'a self, host: &'a Host) -> Voice<'a> {
        let language = host.catalogues().shop(self.shop.as_ref()).map_or("en", |catalogue| &catalogue.shop.language);
        Voice::of_what_is(self.language(language))
    }
}
