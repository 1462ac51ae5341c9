//! Who may use the API. Of a token its digest is kept, by which nobody can make it again.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::audit::append;
use super::{Journal, JournalError, Records, timestamp};
use shop_core::audit::Action;
use shop_core::words::period::Timestamp;
use shop_core::words::permission::Permission;
use shop_core::words::secret::Secret;
use shop_core::words::shop::ShopName;
use shop_store::{Row, query};

/// What is known of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Token {
    /// Its number.
    pub id: i64,
    /// What people know it by.
    pub name: String,
    /// Whose orders it is for; none: those of the shop without a name.
    pub shop: Option<ShopName>,
    /// What it permits.
    pub permissions: BTreeSet<Permission>,
    /// Since when.
    pub made: Timestamp,
    /// Until when; none: until it is revoked.
    pub expires: Option<Timestamp>,
    /// When it was used last, to a minute; none: never.
    pub used: Option<Timestamp>,
}

/// A token that is to be.
#[derive(Clone, Debug)]
pub struct NewToken<'a> {
    /// What people know it by.
    pub name: &'a str,
    /// Whose orders it is for; none: those of the shop without a name.
    pub shop: Option<&'a ShopName>,
    /// What it permits.
    pub permissions: &'a BTreeSet<Permission>,
    /// Until when; none: until it is revoked.
    pub expires: Option<Timestamp>,
}

/// Its last use is noted so often: a request is to write nothing for that alone.
const A_MINUTE: i64 = 60;

impl Token {
    /// Whether its use was noted within the last minute.
    pub fn is_noted(&self) -> bool {
        self.used.is_some_and(|used| Timestamp::now().seconds() - used.seconds() < A_MINUTE)
    }
}

impl Records {
    /// All tokens that were made and not revoked, those too that have expired.
    pub async fn tokens(&self) -> Result<Vec<Token>, JournalError> {
        query("SELECT * FROM tokens ORDER BY id").rows(self.store()).await?.iter().map(token).collect()
    }

    /// The token that somebody shows, if there is one, and it has not expired.
    pub async fn token(&self, secret: &Secret) -> Result<Option<Token>, JournalError> {
        let sql = "SELECT * FROM tokens WHERE digest = $1";
        let row = query(sql).bind(secret.digest().to_string()).row(self.store()).await?;
        let known = row.as_ref().map(token).transpose()?;
        Ok(known.filter(|token| token.expires.is_none_or(|time| Timestamp::now() < time)))
    }
}

impl Journal {
    /// Makes a token. Its secret is told here, and never again.
    pub async fn make_token(&self, new: NewToken<'_>, who: &str) -> Result<(Token, Secret), JournalError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system has random numbers");
        let (secret, made) = (Secret::of(bytes), Timestamp::now());
        let permissions: Vec<&str> = new.permissions.iter().map(|permission| permission.as_str()).collect();
        let shop = new.shop.map(ShopName::as_str);
        let mut tx = self.begin_tx().await?;
        let sql = "INSERT INTO tokens (digest, name, shop, permissions, made, expires)
            VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";
        let statement = query(sql).bind(secret.digest().to_string()).bind(new.name).bind(shop);
        let statement = statement.bind(permissions.join(" ")).bind(made.seconds());
        let id: i64 = statement.bind(new.expires.map(Timestamp::seconds)).one(&mut tx).await?;
        let details = json!({ "token": id, "name": new.name, "shop": shop, "permissions": permissions });
        append(&mut tx, who, Action::TokenMade, None, &details).await?;
        tx.commit("token-made").await?;
        let token = Token {
            id,
            name: new.name.to_owned(),
            shop: new.shop.cloned(),
            permissions: new.permissions.clone(),
            made,
            expires: new.expires,
            used: None,
        };
        Ok((token, secret))
    }

    /// From now on a token no longer counts. False: there is none with this number.
    pub async fn revoke_token(&self, id: i64, who: &str) -> Result<bool, JournalError> {
        let mut tx = self.begin_tx().await?;
        let sql = "DELETE FROM tokens WHERE id = $1 RETURNING name";
        let Some(name) = query(sql).bind(id).first::<String>(&mut tx).await? else { return Ok(false) };
        append(&mut tx, who, Action::TokenRevoked, None, &json!({ "token": id, "name": name })).await?;
        tx.commit("token-revoked").await?;
        Ok(true)
    }

    /// Notes that a token was used.
    pub async fn token_used(&self, token: &Token) -> Result<(), JournalError> {
        let now = Timestamp::now().seconds();
        let mut tx = self.begin_tx().await?;
        query("UPDATE tokens SET used = $2 WHERE id = $1").bind(token.id).bind(now).execute(&mut tx).await?;
        Ok(tx.commit("token-used").await?)
    }
}

fn token(row: &Row) -> Result<Token, JournalError> {
    let shop: Option<String> = row.get("shop")?;
    let permissions: String = row.get("permissions")?;
    let time = |column| row.get::<Option<i64>>(column)?.map(timestamp).transpose();
    Ok(Token {
        id: row.get("id")?,
        name: row.get("name")?,
        shop: shop.map(ShopName::try_from).transpose().map_err(|error| JournalError::Content(error.to_string()))?,
        // What a later version permits is nothing that this one can do.
        permissions: permissions.split_whitespace().filter_map(|word| word.parse().ok()).collect(),
        made: timestamp(row.get("made")?)?,
        expires: time("expires")?,
        used: time("used")?,
    })
}
