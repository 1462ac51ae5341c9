//! What is there by the reference model, as the platform's own lines are written.

use std::collections::BTreeSet;

use crate::model::facts::day;
use crate::model::rules::Model;

impl Model {
    /// All that is there, as the platform's own lines are written.
    pub(crate) fn lines(&self) -> BTreeSet<String> {
        let mut lines = BTreeSet::new();
        for (who, account) in &self.accounts {
            let suspended = if account.suspended { " Suspended" } else { "" };
            lines.insert(format!("account {who} ({who} Test){suspended}"));
            lines.extend(account.invited.then(|| format!("invitation {who}")));
        }
        for ((course, who), it) in &self.enrolments {
            let roles: BTreeSet<&str> = it.roles.iter().map(|role| self.roles.name(role)).collect();
            let roles = roles.into_iter().collect::<Vec<_>>().join("+");
            let suspended = if it.suspended { ", suspended" } else { "" };
            let entered = if it.entered { ", entered" } else { "" };
            let (start, end) = (day(it.span.start), it.span.end.map(day).unwrap_or_default());
            let course = self.courses.name(course);
            lines.insert(format!("enrolment {course} {who} {roles} {start}..{end}{suspended}{entered}"));
        }
        for ((course, order), group) in &self.groups {
            let course = self.courses.name(course);
            lines.insert(format!("group {course} {order} ({} Test – {order})", group.of));
            lines.extend(group.members.iter().map(|who| format!("member {course} {order} {who}")));
        }
        let attachments = self.attachments.iter();
        lines.extend(attachments.map(|(role, holder, context)| {
            let role = self.roles.name(role);
            format!("attachment {role} {holder} in {context}")
        }));
        lines
    }
}
