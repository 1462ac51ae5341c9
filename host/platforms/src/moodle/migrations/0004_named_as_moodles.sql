-- In the database of a server they stand beside what else the shop keeps there.

ALTER TABLE enrolments RENAME TO moodle_enrolments;
ALTER TABLE account_roles RENAME TO moodle_account_roles;
ALTER TABLE groups RENAME TO moodle_groups;
