title = One session in one course
description = One order sets up a whole training session: the accounts of learners and tutors, a group of the order’s own in the course, enrolments for the right period, and the customer’s charge over the accounts.

parameter-coursename = Course
    .help = The short name of the course in which the session takes place.
parameter-learner = Learners’ role
    .help = The short name of the role that learners have in the course.
parameter-tutor = Tutors’ role
    .help = The short name of the role that those in tutors’ seats have in the course.
parameter-supervisor = Customer’s role
    .help = The short name of the role that the customer has in the course, and over the accounts that are attached to the customer’s. Without it, the tutors’ role.
parameter-starttime = Start
    .help = A date (2027-01-11: its beginning, UTC), a date and time with an offset (2027-01-11T09:00:00+01:00) or Unix seconds. Without it, access starts with the purchase; in any case, no earlier than the course itself.
parameter-endtime = End
    .help = The last day (2027-01-31: access ends with it, at midnight UTC), a date and time or Unix seconds, as for the start; or so many days (+30D) or hours (+12H) after the start.
parameter-duration = Duration in days
    .help = A whole number of days from the start. Without it, and without an end, access does not end.
parameter-customersupport = Customer support course
    .help = The short name of a course in which the customer is enrolled too, with the learners’ role.
parameter-autoenrolsupervisor = Enrol the customer
    .help = Whether the customer is enrolled in the course too, with the customer’s role.
parameter-delegation = Accounts in the customer’s charge
    .help = Which accounts are to be attached to the customer’s, who then administers them. Of those that were there before, the shop may first ask for their holders’ consent.
    .all = All accounts of the session
    .created = Only the accounts that the order creates
    .none = None

course-missing = No course is given. Give the short name of the course.
course-unknown = There is no course with the short name “{ $course }”.
course-closed = Nobody can be enrolled in the course “{ $course }”: enable manual enrolment in it.
role-unknown = There is no role with the short name “{ $role }” that may be assigned.
role-not-in-course = The role “{ $role }” cannot be assigned in courses. Choose another one, or have an administrator allow it in the context “Course”.
role-not-in-account = The role “{ $role }” cannot be assigned in user accounts, as attaching them to the customer’s requires. Have an administrator allow it in the context “User”, or set the delegation to “none”.
start-unreadable = “{ $value }” is not a time. A date (2027-01-11), a date and time with an offset (2027-01-11T09:00:00+01:00) or Unix seconds were expected.
end-unreadable = “{ $value }” is not an end. A date (2027-01-11), a date and time with an offset (2027-01-11T09:00:00+01:00), Unix seconds, or a time after the start (+30D, +12H) were expected.
duration-unreadable = “{ $value }” is not a duration. A whole number of days was expected, from 1 to 36500.
flag-unreadable = “{ $value }” is neither 1 (yes) nor 0 (no).
delegation-unreadable = “{ $value }” is none of the choices: all, created, none.
end-before-start = The end, { $end }, must be later than the start, { $start }. Access starts no earlier than the course itself.
end-past = The end, { $end }, has already passed: it must be later than { $now }.
duration-ignored = Both an end and a duration are given: the end counts, the duration is ignored.
support-is-course = The session takes place in the customer support course “{ $course }” itself: nobody is enrolled there for support too.
groups-not-separate = The course “{ $course }” does not keep groups apart: sessions of different customers see each other. Set its group mode to “Separate groups”.
supervisor-defaulted = No role is given for the customer, who gets that of the tutors: “{ $role }”.

operator-missing = The order does not say who bought it.
order-rejected = This order cannot be set up as it stands. Please contact the shop.

product-ready = The product can be sold. Course: “{ $course }”; learners’ role: “{ $learner }”; tutors’ role: “{ $tutor }”; customer’s role: “{ $supervisor }”; { $delegation ->
        [all] all accounts are to be attached to the customer’s.
        [created] the accounts that an order creates are to be attached to the customer’s.
       *[none] no accounts are attached to the customer’s.
    }
session-planned = The session will be set up as soon as the order is paid.
seats-planned = As soon as the order is paid, your session in the course “{ $course }” will be set up: { $learners ->
        [one] { $learners } learner
       *[other] { $learners } learners
    }, { $tutors ->
        [one] { $tutors } tutor
       *[other] { $tutors } tutors
    }.
setup-planned = As soon as the order is paid: a group of its own in the course “{ $course }”.
# Said of a preview too: so nothing here says that it is done.
session-ready = Everything is in order for the session.
seats-ready = Your session in the course “{ $course }”: { $learners ->
        [one] { $learners } learner
       *[other] { $learners } learners
    }, { $tutors ->
        [one] { $tutors } tutor
       *[other] { $tutors } tutors
    }.
setup-ready = The order has a group of its own in the course “{ $course }”.
seats-vacant = { $vacant ->
        [one] { $vacant } seat is still vacant; you can fill it later.
       *[other] { $vacant } seats are still vacant; you can fill them later.
    }
period-limited = Access from { $start } until { $end }.
period-days = Access from { $start } until the end of { $last }, UTC.
period-open = Access from { $start }, without an end.
support-course = Customer support is there for you in the course “{ $course }”, from { $start }.
accounts = Accounts: { $found } found, { $created } created. To be attached to the customer’s: { $delegation ->
        [all] all accounts
        [created] created accounts only
       *[none] none
    }.
