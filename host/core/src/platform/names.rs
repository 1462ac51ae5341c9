//! What a platform's courses and roles are called.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::platform::{CourseId, RoleId};

/// What courses and roles are called: their short names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Names {
    /// Of courses.
    pub courses: BTreeMap<CourseId, String>,
    /// Of roles.
    pub roles: BTreeMap<RoleId, String>,
}

impl Names {
    /// A course's short name.
    pub fn course(&self, id: CourseId) -> String {
        self.courses.get(&id).cloned().unwrap_or_else(|| format!("course {}", id.0))
    }

    /// A role's short name.
    pub fn role(&self, id: RoleId) -> String {
        self.roles.get(&id).cloned().unwrap_or_else(|| format!("role {}", id.0))
    }
}
