# What the host itself says. Findings first, by what they are about; then the words of its reports.

email-missing = The address is missing.
email-invisible = “{ $found }” holds characters that cannot be seen: { $characters }. Type the address anew.
email-at = “{ $found }” is no e-mail address. One address with one @ was expected, such as anne@example.org.
email-character = “{ $found }” holds “{ $character }” ({ $number }), which no e-mail address may have before the @. Correct it.
email-dots = “{ $found }” has a dot too many: before the @, none may begin, end or follow another one. Ask for another address, if this is really one.
email-local-too-long = “{ $found }” has { $length } characters before the @. At most { $allowed } are possible: use another address.
email-number = “{ $found }” has a number for a domain. A name such as example.org was expected after the @: use another address.
email-dotless = “{ $found }” has no dot after the @. The full name of a domain was expected, such as example.org.
email-domain = “{ $found }”: “{ $domain }” is no name of a domain. Letters, digits and inner hyphens were expected, with dots between its parts, such as example.org.
email-too-long = “{ $found }” has { $length } characters. At most { $allowed } are possible: use another address.
email-reserved = “{ $found }” only stands for an account without an address: use the person’s own one.
name-missing = The name is missing: a first name, a last name, or both were expected.
name-only = “{ $name }” is the only name. A learning platform wants two: a new account gets “{ $stand-in }” in the place of the other one.
name-too-long = The name has { $found } characters. At most { $allowed } are possible.
name-unprintable = The name “{ $found }” holds invisible characters (shown as �). Type it anew.
name-markup = The name “{ $found }” holds < or >, which learning platforms do not take in a name.
language-unknown = “{ $found }” is no language tag, and is left out. One such as “fr” or “en-GB” was expected.
field-missing = The field “{ $field }” must be filled in.
field-unknown = The product does not ask for the field “{ $field }”: it is ignored.
fields-more = The product does not ask for { $count ->
    [one] one more field
   *[other] { $count } more fields
} that this line has: they are ignored, and not listed.
field-malformed = The field “{ $field }” is longer than 1000 characters or holds invisible ones.

seat-unknown = The line has no seat with this id.
seat-twice = The order lists this seat twice.
seat-role-unknown = “{ $found }” is no role of a seat. “learner” or “tutor” was expected.
person-twice = { $email } already sits in the seat { $seat }. Nobody takes two seats of a line.
person-learner-and-tutor = { $email } already sits in the seat { $seat }: nobody is learner and tutor of the same line.
line-ended = The line has ended: it gives nothing any more, and what it gave is taken away unless another line gives it too.
line-never-bought = The line has no seats (quantity 0), and nothing is recorded of it: nothing comes of it.
line-bought-again = The line had ended, and is bought again: at the catalogue’s conditions of now.
quantity-too-large = { $seats } seats are ordered. One line of this product can have { $allowed } at most.
seats-too-many = { $seats ->
        [one] { $seats } seat is paid for
       *[other] { $seats } seats are paid for
    }, but the order lists { $listed }, { $occupants } of them taken. List those who stay: a list that is left out stays as it was.

places-lost = { $count ->
        [one] { $count } person loses the place
       *[other] { $count } people lose their places
    } in this line: { $people }{ $more ->
        [0] .
       *[other] , and { $more } more.
    }
period-over = Over already: the access of { $people ->
        [one] { $people } person
       *[other] { $people } people
    } ended at { $end }.
period-far = Far away: the access of { $people ->
        [one] { $people } person
       *[other] { $people } people
    } begins at { $start }, more than a year from now. Check the date.
seated-late = { $email } comes after the end: the access ended at { $end }.

account-deleted = The account of { $email } was deleted on the learning platform. Use another address, or have an administrator restore the account.
account-suspended = The account of { $email } is suspended on the learning platform. Have an administrator reactivate it, or use another address.
account-suspended-kept = The account of { $email } was suspended on the learning platform after it was enrolled. Its place is kept.
enrolments-untold = The learning platform has answered that { $count ->
        [one] { $count } enrolment is
       *[other] { $count } enrolments are
    } as claimed, and does not tell whether somebody has suspended them or changed their dates since. “shop-host orders repair --restate” states them again; a report would tell, too (docs/moodle.md).
account-roles-untold = The learning platform has answered that { $count ->
        [one] { $count } role in an account is
       *[other] { $count } roles in accounts are
    } assigned, and does not tell whether somebody has taken them away since. “shop-host orders repair --restate” assigns them again.
account-unconfirmed = The account of { $email } is not confirmed by its holder, and before that the learning platform enrols nobody. Have an administrator confirm it, or use another address.
account-own = { $email } is the address of the account by which the shop works on the learning platform: it gets no place. Use the person’s own address.
account-guest = { $email } is the address of the learning platform’s guest account, which is nobody’s: it gets no place. Use the person’s own address.
account-ambiguous = { $count } accounts on the learning platform have the address { $email }. Have an administrator put that right.
account-replaced = The account that this order has set up as { $email } is gone, and the address is now that of somebody with another name. Name that person as the account does, or use another address.
account-protected = { $email } is protected: the account is enrolled, but not attached.
operator-protected = { $email } is protected: no accounts are attached to it.
invitations-uncertain = It is not known whether the learning platform has invited { $people }{ $more ->
        [0] {""}
       *[other] , and { $more } more
    }: their accounts were made, but its answer was lost. Tell them to have a new password sent (“Lost password?” on the login page), or have an administrator do so. This is told until they have been in the course.
enrolments-without-role = The enrolment of { $people }{ $more ->
        [0] {""}
       *[other] , and { $more } more
    } stays as it is: the role was deleted on the learning platform, which changes none without a role. Give them a role in the course there and run `shop-host orders repair`, or change the enrolment there.
attachments-await-consent = Not attached to { $operator } without their holders’ consent: { $people }{ $more ->
        [0] {""}
       *[other] , and { $more } more
    }. Everything else goes on. Once the holder agrees: `shop-host people attach EMAIL --to { $operator }`.
attach-existing-always = The catalogue says attach_existing = "always": accounts that people had before are attached to the customer’s without asking them. With a role that may edit accounts, the customer can then set the password of anybody whose address is in a seat. "consent" attaches them once they agree.
name-differs = The account of { $email } bears the name “{ $held }”; the order says “{ $typed }”. It is used as it is.
name-differs-here = The order calls { $email } “{ $typed }” here, and “{ $first }” before. A new account gets the first name that the order says.

account-moved = The account that the shop knew as { $email } has the address { $now } on the learning platform now. What the shop has given it is dealt with there.
group-renumbered = The group “{ $group }” of the order { $number } has another id number on the learning platform by now. The shop goes by where it was; write { $number } back there, or it cannot be found again where the shop’s own notes are lost.
account-nameless = The account of { $email } has no valid address of its own on the learning platform any more. The shop goes on with it, as { $now }; have its address put right there.
account-made-anew = The account of { $email } was deleted on the learning platform after it was enrolled. It gets a new one.
account-deleted-since = The account of { $email } was deleted on the learning platform after it was enrolled. Should it be restored there, hand this order over once more.
nothing-to-end = No order with this id was ever accepted: there is nothing to take away. It counts as suspended or cancelled from now on.
order-language-unknown = The order’s language “{ $found }” is no language tag: the shop’s language is used. One such as “fr” or “en-GB” was expected.
order-handed-over = The order passes from { $from } to { $to }: what it gave the one as its operator, it gives the other from now on.
operator-keeps-enrolment = { $email }, in charge of the order until now, stays in the course “{ $course }”: another order gives that, or it was so before.
operator-kept-suspended = { $email }, in charge of the order until now, is suspended in the course “{ $course }” rather than taken out, so that no work is lost.
operator-keeps-charge = { $email }, in charge of the order until now, stays in charge of these accounts: { $people }. Another order gives that, or it was so before.
changes-replaced = This message of the shop takes the place of what { $by } has changed since its last one.
people-held = The answer to an earlier request about { $people }{ $more ->
        [0] {""}
       *[other] , and { $more } more
    } was lost, and it may be carried out until { $until }: nothing newer is asked of the learning platform about them before, and the order waits until then.
order-held = The answer to an earlier request of this order was lost, and it may be carried out until { $until }: nothing newer is asked of the learning platform before, and the order waits until then.
changes-wait = The order’s lines were changed before, and that was not carried out yet. It waits until the order is resumed.

product-unknown = The catalogue has no product “{ $product }”.
handler-silent = The product’s handler rejects the order and does not say why. Its vendor can tell.
call-unrecorded = The handler’s call for this line cannot be recorded so that it could be made again: { $reason }. The order goes on without; `shop-host orders replay` and `shop-host handlers preview` do not know of this call. Please report it: it is a fault of this program.
handler-unusable = The product’s handler cannot be used: { $reason }
parameter-missing = The parameter “{ $parameter }” is missing.
parameter-unknown = The handler has no parameter “{ $parameter }”: it is ignored.
parameter-repeated = The parameter “{ $parameter }” is given more than once: the first value counts.
parameters-more = The same is to be said of { $count ->
    [one] one more parameter
   *[other] { $count } more parameters
} of this line: they are not listed.
parameter-malformed = The value of the parameter “{ $parameter }” is not readable, or longer than 1024 bytes.
parameter-not-allowed = “{ $found }” is not possible for the parameter “{ $parameter }”. Possible: { $allowed }.
parameter-not-for-lines = The parameter “{ $parameter }” belongs to the product. An order’s line can only set times, durations and ends.
course-unknown = The learning platform has no course with the short name “{ $name }”.
course-by-default = The product does not name the course “{ $name }”: it is the one that this version of the handler takes where “{ $parameter }” is left out. Name a course in the product’s parameters, so that no other version chooses another.
role-unknown = The learning platform has no role with the short name “{ $name }”.
role-not-allowed = The shop does not let handlers assign the role “{ $name }”. Allowed: { $allowed }.
role-barred = The shop no longer lets handlers assign the role “{ $name }”, which this line was bought with. Whoever has it by this line keeps it; nobody gets it anew. Allowed: { $allowed }.
course-renamed = What was the course “{ $name }” when this line was bought is called “{ $now }” on the learning platform now. The line goes on with it.
course-gone = The course “{ $name }”, which this line was bought with, is gone from the learning platform. What was to be there is left out; the rest goes on.
course-gone-since = The course “{ $name }”, which the order was bought with, is gone from the learning platform, and what was to be there with it. Hand the order over again, or change it: then it goes on without.
role-renamed = What was the role “{ $name }” when this line was bought is called “{ $now }” on the learning platform now. The line goes on with it.
role-gone = The role “{ $name }”, which this line was bought with, is gone from the learning platform. What was to be given with it is left out; the rest goes on.
role-gone-since = The role “{ $name }”, which the order was bought with, is gone from the learning platform, and what was given with it. Hand the order over again, or change it: then it goes on without.
seat-without = { $email } cannot be seated any more: the learning platform no longer has what this line was bought with. Leave the seat vacant, or sell another product.

## What stopped a handler. Its vendor has to know; meanwhile, an earlier version may serve.

-mend = Nothing was applied. The handler’s vendor must mend it; until then, use an earlier version of it.
-lessen = Nothing was applied. The handler’s vendor must make it need less; until then, use an earlier version of it.
handler-trapped = The handler failed: { $reason }. { -mend }
handler-broken = The handler broke the contract: { $reason }. { -mend }

exceeded-fuel = The handler computed too long: it used up the { $allowed } units of fuel that a line of this size has. { -lessen }
exceeded-stack = The handler’s calls nest too deep: they take more than the { $allowed } bytes of stack that there are. { -mend }
exceeded-memory = The handler wanted { $used } bytes of memory; a line of this size has { $allowed }. { -lessen }
exceeded-table = The handler wanted tables of { $used } elements in all; { $allowed } are allowed. { -lessen }
exceeded-instances = The handler has { $used } or more instances of modules; { $allowed } are allowed. { -lessen }
exceeded-memories = The handler has { $used } or more memories; { $allowed } are allowed. { -lessen }
exceeded-tables = The handler has { $used } or more tables; { $allowed } are allowed. { -lessen }
exceeded-host-calls = The handler called imports { $used } times; a line of this size has { $allowed } calls. { -lessen }
exceeded-facts = The handler handed lists of { $used } elements in all to imports; a line of this size has { $allowed }. { -lessen }
exceeded-bytes = The handler handed over { $used } bytes or more; a line of this size has { $allowed }. { -lessen }
exceeded-messages = The handler returned { $used } messages; a line of this size has { $allowed }. { -lessen }
exceeded-message-bytes = The handler returned messages of { $used } bytes in all; a line of this size has { $allowed }. { -lessen }
exceeded-wording = Wording what the handler said counts as { $used }; a line of this size has { $allowed }. { -lessen }
exceeded-arguments = The handler returned a message with { $used } arguments; { $allowed } are allowed. { -lessen }
exceeded-text = The handler handed over a text of { $used } bytes; { $allowed } are allowed. { -lessen }
exceeded-parameters = The handler has { $used } parameters; { $allowed } are allowed. { -lessen }
exceeded-choices = The handler has a parameter with { $used } choices; { $allowed } are allowed. { -lessen }
exceeded-fields = The handler asks for { $used } fields; { $allowed } are allowed. { -lessen }
exceeded-translations = The handler has { $used } translations; { $allowed } are allowed. { -lessen }
exceeded-translation = The handler has a translation of { $used } bytes; { $allowed } are allowed. { -lessen }
exceeded-texts = The handler’s translations have { $used } texts, attributes, variants and placeables in all; { $allowed } are allowed. { -lessen }
exceeded-time = The handler was stopped after { $allowed } ms, the most that an earlier version of this program gave a line of this size.

refused-email = The handler asked for the address “{ $email }”, which the order does not name. { -mend }
refused-course = The handler asked for the course “{ $course }”, which no parameter of the product names as a course. { -mend }
refused-role = The handler asked for the role “{ $role }”, which no parameter of the product names as a role. { -mend }
refused-id = The handler used the id { $id } for { $noun ->
        [account] an account
        [course] a course
        [role] a role
       *[group] a group
    }, which it was not given. { -mend }
refused-stage = The handler declared { $noun ->
        [account] an account
        [group] a group
        [enrolment] an enrolment
       *[attachment] an attachment
    }, although { $stage ->
        [offered] nothing is ordered yet
       *[placed] the order is not paid yet
    }. { -mend }
refused-no-enrolment = The handler enrolled in the course “{ $course }”, which takes no manual enrolments. Nothing was applied. Enable manual enrolment in the course, or choose another one.
refused-role-context = The handler assigned the role “{ $role }” in { $noun ->
        [course] a course
       *[account] an account
    }, where the learning platform does not allow it. Nothing was applied. Have an administrator allow it there, or choose another role.
refused-period = The handler declared a period from { $start } { $end ->
        [none] without end
       *[other] to { $end }
    }. Seconds since 1970 were expected, before the year 10000, and an end after the start. { -mend }
refused-group-name = The handler named a group “{ $group }”. 1 to 200 characters were expected, without invisible ones, < and >. { -mend }
refused-member = The handler put { $email } into a group of a course in which it did not enrol that person. { -mend }
refused-self = The handler attached the customer’s own account to itself. { -mend }
refused-describing = The handler asked or declared something while it was to describe itself. { -mend }

## The words of reports

level-error = error
level-warning = warning
level-notice = notice
audience-public = everybody
audience-operator = operator
audience-sales = shop
message-about = { $subject }: { $text }
subject-seat = seat { $seat }, { $field }
subject-operator = operator, { $field }
subject-parameter = parameter { $parameter }

heading-product = { $product }, handler { $handler } { $version }
heading-grants = grants courses: { $courses }; roles: { $roles }
heading-line = Line { $line }: { $product }, { $title }
heading-line-unknown = Line { $line }: { $product }
heading-seats = { $seats ->
        [one] { $seats } seat
       *[other] { $seats } seats
    } ({ $vacant } vacant) at { $price }, { $total } in all
heading-budget = Used of what the handler may use: fuel { $fuel }%, memory { $memory }%, calls { $calls }%, facts { $facts }%, messages { $messages }%, bytes { $bytes }%, wording { $wording }%
heading-course = Course { $course }
heading-group = group “{ $group }”: { $outcome }

held-until = Held until { $until } UTC: { $person }. The answer to a request was lost, which may still be carried out; nothing newer is asked of the learning platform before.
held-under-way = Held: { $person }. A request is under way, or was when the program was stopped.
held-order = the order itself
next-try = The next try is due at { $time } UTC; `shop-host work` makes it.
set-aside = It was set aside: `shop-host orders retry { $order }` tries it again.
order-lost = Order { $order }: something that it claims is gone, and cannot be put back.
order-as-recorded = Order { $order }: the learning platform has all that it claims.
order-as-far-as-told = Order { $order }: as far as the learning platform tells, it has all that the order claims.
work-none = Nothing is unfinished.
work-blocked = Order { $order } is blocked, and somebody must act: { $reason }
work-blocked-more = { $number } more orders are blocked: `shop-host orders list --state blocked` lists all.
work-left = More remains to be done. The next try is due at { $time } UTC.

erased = { $email } is erased: { $rewritten } records rewritten, { $recordings } recorded calls deleted. The account on the learning platform stays; if it is to go, have an administrator delete it there.
consent-given = That { $person } agrees to be attached to { $operator } is noted.
consent-withdrawn = That { $person } does not agree, or no longer, to be attached to { $operator } is noted.
consent-known = That was noted already.
consent-no-orders = No order of { $operator } is concerned as yet.
erased-nobody = Nothing that is recorded names { $email }.
erased-later = The journal’s file could not be written anew at this moment, since somebody reads in it or the disk is full: what was deleted can still be found in it. `shop-host work` does that later.
audit-none = Nothing is recorded in the audit log.
audit-sound = The audit log is what was written: { $entries } entries. The last one’s chain value: { $chain }
events-none = Nothing has happened since.
tokens-none = There are no tokens.
token-made = The token “{ $name }”, which is shown here and never again:
token-revoked = Token { $number } no longer counts.
connect-keys = Expected on standard input: the consumer key ck_… and the consumer secret cs_…, in one line or two.
connect-made = { $url } is connected as “{ $name }”. What was paid there before { $begins } UTC is left alone.
connect-files = Written: { $files }
connect-webhooks = Webhooks made there, to { $deliveries }: { $topics }
connect-webhooks-there = All webhooks to { $deliveries } were there. They sign with the secret of this connection, and are on.
connect-next = What comes next: start `shop-host serve` (again, if it runs), then `shop-host connect check`, then a test order: docs/woocommerce.md.
connect-none = No web shop is connected: `shop-host connect woocommerce` connects one.
connect-shop = { $name }: { $url }
connect-answers = The web shop answers, and lets its orders be read.
connect-silent = The rest could not be asked: { $reason }
connect-to-read = { $count ->
        [0] No order is to be read.
        [one] One order is to be read.
       *[other] { $count } orders are to be read.
    }
connect-in-vain = { $count ->
        [one] One of them was tried several times in vain: the log of `serve` says why.
       *[other] { $count } of them were tried several times in vain: the log of `serve` says why.
    }
connect-paid-before = { $count ->
        [one] One order was paid before the connection began, and is left alone.
       *[other] { $count } orders were paid before the connection began, and are left alone.
    }
connect-state-unknown = in a state that is not known, “{ $state }”: nothing is done until that changes
connect-unseated = { $count ->
        [one] one person who was named cannot take a seat by what was typed: it is vacant
       *[other] { $count } people who were named cannot take a seat by what was typed: these are vacant
    }
connect-gone = the web shop does not know it any more: if that stays so, it is cancelled
connect-contradicts = it contradicts what is recorded: { $reason }
connect-green = The connection works.
connect-red = Something is to be done about this connection. docs/woocommerce.md says what.
webhook-active = active
webhook-off = switched off
webhook-missing = missing
column-webhook = Webhook
column-sku = SKU
column-in-web-shop = In the web shop
serving = The API is at { $address }; Ctrl+C ends it.
column-number = Number
column-when = When (UTC)
column-what = What
column-details = Details
column-person = Person
column-seat = Seat
column-account = Account
column-course = Course
column-roles = Role
column-enrolment = Enrolment
column-period = Period
column-group = Group
column-attached = Attached
column-order = Order
column-line = Line
column-product = Product
column-operator = Operator
column-state = State
column-taken = Seats taken
column-name = Name
column-members = Members
column-id-number = Id number
column-in-account = In the account of
column-email = E-mail
column-language = Language
column-version = Version
column-lines = Lines
column-bytes = Bytes
column-contract = Contract
column-installed = Installed
column-digest = Digest
column-parameter = Parameter
column-kind = Kind
column-default = Default
column-help = Help
column-time = Time (UTC)
column-who = Who
column-action = Action
column-from = From
column-to = To
column-handler = Handler
column-facts = Facts
column-replay = Made again

seat-vacant = vacant
role-learner = learner
role-tutor = tutor
person-operator = { $name } (operator)

account-found = existing
account-active = active
account-suspended-there = suspended
account-deleted-there = deleted
account-unconfirmed-there = unconfirmed
account-own-there = the shop’s own
account-guest-there = guest
period-open = from { $start } UTC
period-closed = { $start } → { $end } UTC
enrolment-suspended = suspended

# What a preview says, and what a receipt says of the same.
planned-heading = Preview of order { $order }: nothing is changed
done-heading = Receipt of order { $order }
planned-state = Order { $order } would be:
done-state = Order { $order }:
planned-account = to create
done-account = created, invitation queued
planned-found = in place
done-found = in place
planned-made = to add
done-made = added
planned-changed = to change
done-changed = changed
planned-retracted = to remove
done-retracted = removed
planned-failed = impossible
done-failed = failed
planned-invitation-uncertain = created, invitation uncertain
done-invitation-uncertain = created, invitation uncertain
planned-awaits-consent = waiting for consent
done-awaits-consent = waiting for consent
planned-withheld = not allowed
done-withheld = not allowed
planned-over = over
done-over = over
planned-remains = to be done
done-remains = to be done
planned-count-found = { $count } in place
done-count-found = { $count } in place
planned-count-made = { $count } to add
done-count-made = { $count } added
planned-count-changed = { $count } to change
done-count-changed = { $count } changed
planned-count-retracted = { $count } to remove
done-count-retracted = { $count } removed
planned-count-failed = { $count } impossible
done-count-failed = { $count } failed
planned-count-invitation-uncertain = { $count } of whom it is not known whether they were invited
done-count-invitation-uncertain = { $count } of whom it is not known whether they were invited
planned-count-awaits-consent = { $count } waiting for consent
done-count-awaits-consent = { $count } waiting for consent
planned-count-withheld = { $count } not allowed
done-count-withheld = { $count } not allowed
planned-count-over = { $count } over: their time has run out, and the learning platform has ended them
done-count-over = { $count } over: their time has run out, and the learning platform has ended them
planned-count-remains = { $count } to be done
done-count-remains = { $count } to be done

receipt-stored = Last receipt of order { $order }, { $time } UTC
summary-in-place = Nothing to do: everything is in place.
handed-over = { $time } UTC: passed from { $from } to { $to }, by { $by }
orders-none = No orders are recorded.
orders-none-accepted = No order was ever accepted, so the learning platform need have nothing. `orders list` shows those that wait or came to nothing.
orders-none-so = No orders are in this state.

platform-accounts = { $count ->
        [one] { $count } account
       *[other] { $count } accounts
    }
platform-groups = { $count ->
        [one] { $count } group
       *[other] { $count } groups
    }
platform-enrolments = { $count ->
        [one] { $count } enrolment
       *[other] { $count } enrolments
    }
platform-attachments = { $count ->
        [one] { $count } role in an account
       *[other] { $count } roles in accounts
    }
platform-invitations = { $count ->
        [one] { $count } invitation
       *[other] { $count } invitations
    }

state-rejected = rejected: nothing was applied
state-refused = refused: the handler asked for more than the order grants, and nothing was applied
state-stopped = stopped: the handler failed, and nothing was applied
state-applying = interrupted, or being worked at: `shop-host work` goes on with it
state-waiting = waiting to be tried again: `shop-host work` goes on with it
state-blocked = blocked: somebody must put something right; `shop-host work` then goes on with it, within an hour
state-incomplete = incomplete: the learning platform would not do some steps
state-placed = placed: waiting for the payment
state-fulfilled = fulfilled
state-suspended = suspended
state-cancelled = cancelled
state-ended = ended
state-in-place = { $state } (in place: { $in_place })
in-place-applying = a part of a change that was interrupted
in-place-waiting = a part of a change that waits to be tried again
in-place-incomplete = incomplete
in-place-placed = placed
in-place-fulfilled = fulfilled
in-place-suspended = suspended
check-passed = { $product } can be sold.
check-failed = { $product } cannot be sold as it stands.
check-nothing = The catalogue has no products.

handlers-none = No handlers are installed.
handler-active = active
handler-serves = { $handler } ({ $digest }) is active: it serves from the next order on.
handler-refused = { $handler } ({ $digest }) is not active: { $count ->
        [one] a product
       *[other] { $count } products
    } could not be sold with it. Nothing was changed; `--anyway` lets it serve all the same.
products-unchecked = Not all that speaks against it could be found out: { $reason }
catalogue-none = there is no catalogue, { $file }, and so no product was checked. Put it there, or name one with `--catalogue FILE`; then `check FILE` tells what could not be sold.
lines-against = Of the lines that were sold last, it could not have fulfilled, or nobody can tell, { $count }
lines-keep = They keep to their versions. `handlers preview` tells more.
handler-installed = { $handler } ({ $digest }) is installed. It serves once it is activated.
handler-known = { $handler } ({ $digest }) is installed already.
handler-removed = { $handler } is removed.
handler-is = Digest { $digest }, contract { $contract }, languages { $languages }
handler-trail = What was done
action-installed = installed
action-activated = activated
action-activated-anyway = activated all the same
action-rolled-back = rolled back
action-removed = removed
parameter-required = (required)
field-required = Each person must supply “{ $field }”: { $label }
field-optional = Each person can supply “{ $field }”: { $label }

forecast-heading = With { $handler }, of the last { $count ->
        [one] { $count } line
       *[other] { $count } lines
    }
forecast-stopped = { $count } would be stopped
forecast-rejected = { $count } would be rejected
forecast-accepted = { $count } would no longer come to nothing
forecast-session = { $count } would be set up otherwise
forecast-messages = { $count } would be told otherwise
forecast-unasked = { $count } cannot be told: the version asks for what nobody asked for then
forecast-gone = { $count } cannot be told: the component of the version that served then is no longer there, or damaged
forecast-damaged = { $count } cannot be told: what was recorded of the call is damaged
forecast-same = { $count } would be the same
forecast-fuel = fuel: { $was } then, { $would } now ({ $change })
forecast-line = Order { $order }, line { $line }, { $time }: { $effect }
effect-stopped = would be stopped
effect-rejected = would be rejected
effect-accepted = would no longer come to nothing
effect-session = would be set up otherwise
effect-messages = would be told otherwise
effect-unasked = cannot be told
effect-gone = cannot be told
effect-damaged = cannot be told
untold-course = The version asks for the course “{ $name }”, which was not looked up then.
untold-role = The version asks for the role “{ $name }”, which was not looked up then.
untold-field = The version requires the field “{ $name }”, which people were not asked for then.
untold-ask = `orders upgrade { $order } --to { $handler }` asks the learning platform, and changes nothing; `handlers activate` checks the products.
untold-gone = The component of the version that was called then, { $digest }, is no longer there, or damaged. To compare with it, install the same one again.
untold-damaged = What was recorded of the call cannot be read: { $reason }. A backup may still have it.
fact-account = account { $email }
fact-enrolment = enrolment in { $course }: { $email }
fact-course-role = role { $role } in { $course }: { $email }
fact-group = group in { $course }
fact-member = group member in { $course }: { $email }
fact-account-role = role { $role } in the account of { $context }: { $email }
replay-same = the same answer
replay-differs = another answer
replay-gone = the handler is no longer installed
replay-damaged = what was recorded is damaged

backup-made = { $file }: a backup of { $time }, { $bytes } bytes; orders were held up for { $held } µs
backup-restored = { $folder }: restored as of { $time }, when { $by } made the backup
backup-has = journal: yes; learning platform: { $platform ->
        [yes] yes
       *[no] no, it is not the embedded one
    }; catalogue: { $catalogue ->
        [yes] yes
       *[no] no, it is not in the folder
    }; handlers’ components: { $components }
backup-damaged = { $name } is damaged, and left out: install the same component again

# A Moodle, checked.
journal-moved = The journal is in { $server } from now on: { $rows } rows were copied and are there as they were. { $file } is not used any more. It names people, and what is erased later stays in it: delete it once you have made a backup of the database.
platform-moved = What is recorded here is about { $to } from now on, and no longer about { $from }. Accounts found there that the shop has acted on: { $accounts }; of these with the same address: { $same }.
moodle-site = { $name }, Moodle { $release }, at { $url }, as { $account }
moodle-heading-functions = Functions
moodle-heading-capabilities = Capabilities
moodle-heading-roles = Roles
moodle-heading-courses = Courses
moodle-green = The shop can work with this Moodle.
moodle-red = The shop cannot work with this Moodle yet: put right what is told above as an error. docs/moodle.md says how.
moodle-release = The shop is made for Moodle 4.2 to 5.1; of this release ({ $release }) nothing is known.
moodle-functions = Add these functions to the service: { $functions }.
moodle-capabilities = Give the role of the shop’s account these capabilities: { $capabilities }.
moodle-max-input-vars = The site reads fewer variables of a request than moodle.toml says (max_input_vars = { $number }), and leaves out the others without a word. Write PHP’s value there, or raise that. Until then, requests are kept smaller.
moodle-accounts-unseen = No account is seen, not even the guest’s: either the role of the shop’s account lacks moodle/user:viewdetails, or the guest of this site has another id than 1. In that case write the address of somebody else’s account into moodle.toml, as known_account.
moodle-addresses-unseen = Accounts are seen without their addresses, so that nobody is found: either the role of the shop’s account lacks moodle/site:viewuseridentity, or the site does not show e-mail addresses (showuseridentity), or it hides them (hiddenuserfields).
moodle-last-access-hidden = The site hides when people were last there (hiddenuserfields: lastaccess). So everybody may have been in a course: whoever leaves is suspended there and keeps roles and group, also who never came. Let the site show “Last access” (Users, Permissions, User policies, Hide user fields).
moodle-visits-hidden = Nor does the site tell when people first came (hiddenuserfields: firstaccess): of whoever may not have been invited, it is never known whether they have got in, and the shop goes on telling of them. Let the site show “First access”, or “Last access”.
moodle-role-unknown = Role “{ $role }”: { $reason }
moodle-settings = { $reason }
moodle-role-not-in-courses = The role “{ $role }” cannot be assigned in courses by the shop’s account: let its role assign it (“Allow role assignments”), and let it be assigned in courses.
moodle-role-not-in-accounts = The role “{ $role }” cannot be assigned in accounts: tick “User” among the context types where it may be assigned, and let the role of the shop’s account assign it. Without that, nobody is attached to an operator.
moodle-course-unknown = { $product }: there is no course with the short name “{ $course }”, or it is hidden and the role of the shop’s account lacks moodle/course:viewhiddencourses.
moodle-course-not-manual = { $product }: nobody can be enrolled in the course “{ $course }” by hand: add the method “Manual enrolments” there, or switch it on.
moodle-course-groups = { $product }: the groups of the course “{ $course }” are not separate: sessions see each other.
moodle-report-methods = The report { $report } does not tell by which plugin somebody is enrolled. Whoever enrols without the shop, or is enrolled by a cohort, may then be taken for enrolled by hand. Add the column “Plugin” of the enrolment method, if your release offers it.
moodle-report-course-none = No report tells the dates of enrolments in the course “{ $course }”: make one, and write it into moodle.toml under [course_reports], as { $id } = its id.
moodle-report-lacks = The report does not tell of { $missing } of { $people } people who are in the course “{ $course }”: nothing is known of their dates. Limit it to nothing else than the courses that the shop sells, the support course among them.
moodle-report-none = No report tells the dates of enrolments. Whoever was enrolled by others keeps access for ever once an order enrols the same person in that course. docs/moodle.md says how to make the report.
moodle-report-unsorted = The report { $report } is not sorted: once it is longer than what the site answers at once, some of its rows come twice and others are missing, and orders are refused. Switch sorting on for its course, its address and its start.
moodle-report-unreadable = The dates of enrolments cannot be read: { $reason }
verdict-yes = yes
verdict-no = no
verdict-unknown = not known
groups-separate = separate
groups-visible = visible
groups-none = none
column-function = Function
column-in-service = In the service
column-capabilities = Needs
column-capability = Capability
column-had = Given
column-id = Id
column-shop = Shop
column-permissions = Permits
column-made = Made (UTC)
column-expires = Until (UTC)
column-used = Last used (UTC)
column-in-courses = In courses
column-in-accounts = In accounts
column-found = Found
column-manual-enrolment = Manual enrolment
column-groups = Groups

# What ends a command early.
no-catalogue = { $file }: the shop has no catalogue there: put one there, or name one with --catalogue FILE
shop-unknown = { $file }: there is no catalogue of the shop { $shop } there: put one there, or name another shop with --shop NAME
shop-all-together = this is done for all shops together: leave --shop { $shop } out
no-records = { $file }: no shop has recorded anything here: --data DIR names another folder
no-order = no order { $order } is recorded in { $folder }: `orders list` lists those that are
no-calls = no calls for an order { $order } are recorded: `orders list` lists the orders
no-token = there is no token { $number }: `tokens list` lists those that there are
no-seat = no seat { $seat } is recorded: `orders show ID` lists an order’s seats
no-person = { $email }: the order names nobody with this address, and the learning platform has no account with it: name the person with --first-name and --last-name
no-answer = no command answers to “{ $command }”: one of these was expected: { $commands }
no-connection = no web shop is connected as “{ $name }”: `connect check` lists those that are
no-moodle = { $file }: there are no settings of a Moodle: docs/moodle.md says how to write them
no-demo-folder = { $folder }: it is there already, and no demonstration made it: give another folder with --data
handler-unchecked = { $handler } is not active: not all that speaks against it could be found out (--anyway lets it serve all the same): { $reason }
