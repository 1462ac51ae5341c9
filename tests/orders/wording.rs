//! What people read: the same order in English and in French. Here each message is read once, of orders with many faults; of which
//! fault it is told, and of nothing else, is shown in `findings.rs`.

use crate::orders::cases::{Case, case, world};

async fn worded(case: Case) -> String {
    let world = world(std::slice::from_ref(&case)).await;
    let mut texts = Vec::new();
    for language in ["en", "fr"] {
        let mut order = case.order.clone();
        order["language"] = language.into();
        let outcome = world.preview(&order.to_string()).await.unwrap();
        texts.push(shop_harness::findings(&outcome));
    }
    texts.join("\n")
}

#[tokio::test]
async fn a_good_order() {
    let case = case("good").parameters("coursename=SPOCM1&customersupport=SUPPORT&duration=35").line("quantity", 5);
    insta::assert_snapshot!(worded(case).await, @r"
    notice (supervisor) supervisor-defaulted: No role is given for the customer, who gets that of the tutors: “teacher”.
    notice (order) session-ready: Everything is in order for the session.
    notice (order) seats-ready: Your session in the course “Moodle”: 2 learners, 1 tutor.
    notice (order) setup-ready: The order has a group of its own in the course “Moodle”.
    notice (order) seats-vacant: 2 seats are still vacant; you can fill them later.
    notice (order) period-limited: Access from 2027-01-11 08:00 UTC until 2027-02-15 08:00 UTC.
    notice (order) support-course: Customer support is there for you in the course “Aide”, from 2026-11-20 09:00 UTC.
    notice (order) accounts: Accounts: 0 found, 4 created. To be attached to the customer’s: all accounts.

    notice (supervisor) supervisor-defaulted: Aucun rôle n’est indiqué pour le client, qui reçoit celui des tuteurs : « teacher ».
    notice (order) session-ready: Tout est en ordre pour la session.
    notice (order) seats-ready: Votre session dans le cours « Moodle » : 2 apprenants, 1 tuteur.
    notice (order) setup-ready: La commande a un groupe à elle dans le cours « Moodle ».
    notice (order) seats-vacant: 2 places sont encore libres ; vous pourrez les attribuer plus tard.
    notice (order) period-limited: Accès du 2027-01-11 08:00 UTC au 2027-02-15 08:00 UTC.
    notice (order) support-course: L’assistance vous est ouverte dans le cours « Aide », à partir du 2026-11-20 09:00 UTC.
    notice (order) accounts: Comptes : 0 existant, 4 créés. À rattacher au client : tous les comptes.
    ");
}

#[tokio::test]
async fn an_order_with_everything_to_be_looked_at() {
    let case = case("warnings")
        .parameters("coursename=SHARED&supervisor=teacher&delegation=created&endtime=2027-06-30")
        .and("duration=35&lerner=x&learner=student&learner=teacher")
        .operator("email", "admin@known.example")
        .occupant(1, "email", "jeanne@known.example")
        .occupant(2, "email", "boss@known.example")
        .occupant(3, "email", "chief@new.example")
        .occupant(3, "extra", serde_json::json!({"shoe-size": "41"}))
        .line("quantity", 4);
    insta::assert_snapshot!(worded(case).await, @r"
    warning (learner) parameter-repeated: The parameter “learner” is given more than once: the first value counts.
    warning (lerner) parameter-unknown: The handler has no parameter “lerner”: it is ignored.
    warning (JCKR-NTEE-CXYF, shoe-size) field-unknown: The product does not ask for the field “shoe-size”: it is ignored.
    warning (operator, first-name) name-differs: The account of admin@known.example bears the name “Ada Min”; the order says “Claire Martin”. It is used as it is.
    warning (RKCD-6GQX-HDFT, first-name) name-differs: The account of jeanne@known.example bears the name “Jeanne Roux”; the order says “Marc Petit”. It is used as it is.
    warning (34WA-R3NW-DYXD, first-name) name-differs: The account of boss@known.example bears the name “Big Boss”; the order says “Amina Haddad”. It is used as it is.
    warning (operator, email) operator-protected: admin@known.example is protected: no accounts are attached to it.
    warning (coursename) groups-not-separate: The course “Partagé” does not keep groups apart: sessions of different customers see each other. Set its group mode to “Separate groups”.
    warning (duration) duration-ignored: Both an end and a duration are given: the end counts, the duration is ignored.
    notice (order) session-ready: Everything is in order for the session.
    notice (order) seats-ready: Your session in the course “Partagé”: 2 learners, 1 tutor.
    notice (order) setup-ready: The order has a group of its own in the course “Partagé”.
    notice (order) seats-vacant: 1 seat is still vacant; you can fill it later.
    notice (order) period-days: Access from 2026-11-20 09:00 UTC until the end of 2027-06-30, UTC.
    notice (order) accounts: Accounts: 3 found, 1 created. To be attached to the customer’s: created accounts only.

    warning (learner) parameter-repeated: Le paramètre « learner » est donné plusieurs fois : la première valeur compte.
    warning (lerner) parameter-unknown: Le gestionnaire n’a pas de paramètre « lerner » : il est ignoré.
    warning (JCKR-NTEE-CXYF, shoe-size) field-unknown: Le produit ne demande pas le champ « shoe-size » : il est ignoré.
    warning (operator, first-name) name-differs: Le compte admin@known.example porte le nom « Ada Min » ; la commande dit « Claire Martin ». Il est utilisé tel quel.
    warning (RKCD-6GQX-HDFT, first-name) name-differs: Le compte jeanne@known.example porte le nom « Jeanne Roux » ; la commande dit « Marc Petit ». Il est utilisé tel quel.
    warning (34WA-R3NW-DYXD, first-name) name-differs: Le compte boss@known.example porte le nom « Big Boss » ; la commande dit « Amina Haddad ». Il est utilisé tel quel.
    warning (operator, email) operator-protected: admin@known.example est protégé : aucun compte n’y est rattaché.
    warning (coursename) groups-not-separate: Le cours « Partagé » ne sépare pas les groupes : les sessions de clients différents se voient. Réglez son mode de groupe sur « Groupes séparés ».
    warning (duration) duration-ignored: Une fin et une durée sont toutes deux indiquées : la fin l’emporte, la durée est ignorée.
    notice (order) session-ready: Tout est en ordre pour la session.
    notice (order) seats-ready: Votre session dans le cours « Partagé » : 2 apprenants, 1 tuteur.
    notice (order) setup-ready: La commande a un groupe à elle dans le cours « Partagé ».
    notice (order) seats-vacant: 1 place est encore libre ; vous pourrez l’attribuer plus tard.
    notice (order) period-days: Accès du 2026-11-20 09:00 UTC jusqu’au 2027-06-30 inclus, UTC.
    notice (order) accounts: Comptes : 3 existants, 1 créé. À rattacher au client : seulement les comptes créés.
    ");
}

#[tokio::test]
async fn faults_of_the_parameters() {
    let case = case("parameters")
        .parameters("coursename=CLOSED&learner=manager&supervisor=observer&customersupport=NOPE")
        .and("starttime=soon&endtime=%2B1M&duration=5.5&autoenrolsupervisor=yes&delegation=some")
        .line("parameters", "learner=student");
    insta::assert_snapshot!(worded(case).await, @r"
    error (learner) parameter-not-for-lines: The parameter “learner” belongs to the product. An order’s line can only set times, durations and ends.
    error (autoenrolsupervisor) parameter-not-allowed: “yes” is not possible for the parameter “autoenrolsupervisor”. Possible: 0, 1.
    error (delegation) parameter-not-allowed: “some” is not possible for the parameter “delegation”. Possible: all, created, none.
    error (customersupport) course-unknown: The learning platform has no course with the short name “NOPE”.
    error (learner) role-not-allowed: The shop does not let handlers assign the role “manager”. Allowed: student, teacher, marker, observer, phantom.
    error (coursename) course-closed: Nobody can be enrolled in the course “Fermé”: enable manual enrolment in it.
    error (supervisor) role-not-in-course: The role “observer” cannot be assigned in courses. Choose another one, or have an administrator allow it in the context “Course”.
    error (starttime) start-unreadable: “soon” is not a time. A date (2027-01-11), a date and time with an offset (2027-01-11T09:00:00+01:00) or Unix seconds were expected.
    error (endtime) end-unreadable: “+1M” is not an end. A date (2027-01-11), a date and time with an offset (2027-01-11T09:00:00+01:00), Unix seconds, or a time after the start (+30D, +12H) were expected.
    error (duration) duration-unreadable: “5.5” is not a duration. A whole number of days was expected, from 1 to 36500.
    error (order) order-rejected: This order cannot be set up as it stands. Please contact the shop.

    error (learner) parameter-not-for-lines: Le paramètre « learner » appartient au produit. Une ligne de commande ne peut fixer que des dates, des durées et des fins.
    error (autoenrolsupervisor) parameter-not-allowed: « yes » n’est pas possible pour le paramètre « autoenrolsupervisor ». Valeurs possibles : 0, 1.
    error (delegation) parameter-not-allowed: « some » n’est pas possible pour le paramètre « delegation ». Valeurs possibles : all, created, none.
    error (customersupport) course-unknown: La plateforme de formation n’a pas de cours dont le nom abrégé est « NOPE ».
    error (learner) role-not-allowed: La boutique ne laisse pas les gestionnaires attribuer le rôle « manager ». Rôles permis : student, teacher, marker, observer, phantom.
    error (coursename) course-closed: Personne ne peut être inscrit dans le cours « Fermé » : activez-y l’inscription manuelle.
    error (supervisor) role-not-in-course: Le rôle « observer » ne peut pas être attribué dans les cours. Choisissez-en un autre, ou demandez à un administrateur de l’autoriser dans le contexte « Cours ».
    error (starttime) start-unreadable: « soon » n’est pas un moment valable. Il faut une date (2027-01-11), une date et une heure avec décalage horaire (2027-01-11T09:00:00+01:00) ou des secondes Unix.
    error (endtime) end-unreadable: « +1M » n’est pas une fin valable. Il faut une date (2027-01-11), une date et une heure avec décalage horaire (2027-01-11T09:00:00+01:00), des secondes Unix ou un délai après le début (+30D, +12H).
    error (duration) duration-unreadable: « 5.5 » n’est pas une durée valable. Il faut un nombre entier de jours, de 1 à 36500.
    error (order) order-rejected: Cette commande ne peut pas être mise en place en l’état. Veuillez contacter la boutique.
    ");
}

#[tokio::test]
async fn more_faults_of_the_parameters() {
    let case = case("more parameters")
        .parameters("supervisor=marker&learner=phantom&customersupport=%FF")
        .and("starttime=2027-06-01T09:00:00%2B02:00&endtime=2026-11-01");
    insta::assert_snapshot!(worded(case).await, @r"
    error (customersupport) parameter-malformed: The value of the parameter “customersupport” is not readable, or longer than 1024 bytes.
    error (coursename) parameter-missing: The parameter “coursename” is missing.
    error (learner) role-unknown: The learning platform has no role with the short name “phantom”.
    error (supervisor) role-not-in-account: The role “marker” cannot be assigned in user accounts, as attaching them to the customer’s requires. Have an administrator allow it in the context “User”, or set the delegation to “none”.
    error (endtime) end-past: The end, 2026-11-01 24:00 UTC, has already passed: it must be later than 2026-11-20 09:00 UTC.
    error (endtime) end-before-start: The end, 2026-11-01 24:00 UTC, must be later than the start, 2027-06-01 07:00 UTC. Access starts no earlier than the course itself.
    error (order) order-rejected: This order cannot be set up as it stands. Please contact the shop.

    error (customersupport) parameter-malformed: La valeur du paramètre « customersupport » est illisible, ou dépasse 1024 octets.
    error (coursename) parameter-missing: Le paramètre « coursename » manque.
    error (learner) role-unknown: La plateforme de formation n’a pas de rôle dont le nom abrégé est « phantom ».
    error (supervisor) role-not-in-account: Le rôle « marker » ne peut pas être attribué sur les comptes d’utilisateurs, ce qu’exige leur rattachement au client. Demandez à un administrateur de l’autoriser dans le contexte « Utilisateur », ou réglez la délégation sur « none ».
    error (endtime) end-past: La fin (2026-11-01 24:00 UTC) est déjà passée : elle doit être postérieure au 2026-11-20 09:00 UTC.
    error (endtime) end-before-start: La fin (2026-11-01 24:00 UTC) doit être postérieure au début (2027-06-01 07:00 UTC). L’accès ne commence jamais avant le cours lui-même.
    error (order) order-rejected: Cette commande ne peut pas être mise en place en l’état. Veuillez contacter la boutique.
    ");
}

#[tokio::test]
async fn faults_of_people() {
    let case = case("people")
        .operator("email", "claire@")
        .operator("first_name", "")
        .operator("last_name", "")
        .operator("language", "Klingon!")
        .occupant(2, "last_name", "x".repeat(101))
        .occupant(3, "last_name", "")
        .occupant(1, "first_name", "<b>Anne</b>")
        .occupant(1, "last_name", "Du\u{202e}pont")
        .seat(1, "role", "boss");
    insta::assert_snapshot!(worded(case).await, @r"
    error (operator, email) email-at: “claire@” is no e-mail address. One address with one @ was expected, such as anne@example.org.
    error (operator, last-name) name-missing: The name is missing: a first name, a last name, or both were expected.
    error (9THM-ECWN-CJDK, role) seat-role-unknown: “boss” is no role of a seat. “learner” or “tutor” was expected.
    error (9THM-ECWN-CJDK, first-name) name-markup: The name “<b>Anne</b>” holds < or >, which learning platforms do not take in a name.
    error (9THM-ECWN-CJDK, last-name) name-unprintable: The name “Du�pont” holds invisible characters (shown as �). Type it anew.
    error (3YFP-DRR3-JWMP, last-name) name-too-long: The name has 101 characters. At most 100 are possible.
    warning (operator, language) language-unknown: “Klingon!” is no language tag, and is left out. One such as “fr” or “en-GB” was expected.
    notice (TCR7-JNN7-9RPA, last-name) name-only: “Sofia” is the only name. A learning platform wants two: a new account gets “-” in the place of the other one.

    error (operator, email) email-at: « claire@ » n’est pas une adresse électronique. Une adresse avec un seul @ était attendue, telle que anne@example.org.
    error (operator, last-name) name-missing: Le nom manque : un prénom, un nom, ou les deux étaient attendus.
    error (9THM-ECWN-CJDK, role) seat-role-unknown: « boss » n’est pas un rôle de place. « learner » (apprenant) ou « tutor » (tuteur) était attendu.
    error (9THM-ECWN-CJDK, first-name) name-markup: Le nom « <b>Anne</b> » contient < ou >, que les plateformes de formation n’acceptent pas dans un nom.
    error (9THM-ECWN-CJDK, last-name) name-unprintable: Le nom « Du�pont » contient des caractères invisibles (rendus par �). Saisissez-le à nouveau.
    error (3YFP-DRR3-JWMP, last-name) name-too-long: Le nom compte 101 caractères. Le maximum est de 100.
    warning (operator, language) language-unknown: « Klingon! » n’est pas un code de langue, et n’est pas repris. Un code tel que « fr » ou « en-GB » était attendu.
    notice (TCR7-JNN7-9RPA, last-name) name-only: « Sofia » est le seul nom. Une plateforme de formation en veut deux : un nouveau compte reçoit « - » à la place de l’autre.
    ");
}

#[tokio::test]
async fn faults_of_accounts() {
    let case = case("accounts")
        .operator("email", "twins@known.example")
        .occupant(1, "email", "deleted@known.example")
        .occupant(2, "email", "suspended@known.example");
    insta::assert_snapshot!(worded(case).await, @r"
    error (operator, email) account-ambiguous: 2 accounts on the learning platform have the address twins@known.example. Have an administrator put that right.
    error (WWQD-NEEK-XM7T, email) account-deleted: The account of deleted@known.example was deleted on the learning platform. Use another address, or have an administrator restore the account.
    error (MAWW-A6K3-DFXA, email) account-suspended: The account of suspended@known.example is suspended on the learning platform. Have an administrator reactivate it, or use another address.

    error (operator, email) account-ambiguous: 2 comptes de la plateforme de formation ont l’adresse twins@known.example. Faites corriger cela par un administrateur.
    error (WWQD-NEEK-XM7T, email) account-deleted: Le compte deleted@known.example a été supprimé sur la plateforme de formation. Utilisez une autre adresse, ou faites restaurer le compte par un administrateur.
    error (MAWW-A6K3-DFXA, email) account-suspended: Le compte suspended@known.example est suspendu sur la plateforme de formation. Faites-le réactiver par un administrateur, ou utilisez une autre adresse.
    ");
}

#[tokio::test]
async fn faults_of_seats() {
    let ids = case("seats");
    let mut texts = Vec::new();
    for case in [
        case("seats").line("quantity", 6),
        case("seats").line("quantity", 1),
        case("seats").occupant(2, "email", ids.email(1)).occupant(3, "email", ids.email(1)),
        case("seats").seat(1, "id", ids.id(2)).seat(2, "id", ids.id(2)).seat(3, "id", ids.id(5)),
        case("seats").occupant(2, "email", ids.email(3)),
        case("seats").line("product", "NOPE"),
    ] {
        texts.push(worded(case).await);
    }
    insta::assert_snapshot!(texts.concat(), @r"
    error (order) quantity-too-large: 6 seats are ordered. One line of this product can have 5 at most.

    error (order) quantity-too-large: 6 places sont commandées. Une ligne de ce produit peut en avoir 5 au plus.
    error (order) seats-too-many: 1 seat is paid for, but the order lists 3, 3 of them taken. List those who stay: a list that is left out stays as it was.

    error (order) seats-too-many: 1 place est payée, mais la commande en cite 3, dont 3 occupées. Citez les personnes qui restent : une liste omise reste telle qu’elle était.
    error (3RGE-QN6A-C6QW, email) person-learner-and-tutor: marc@683f30e.example already sits in the seat 6YGG-N3WX-RDHX: nobody is learner and tutor of the same line.
    error (676W-X4TH-AQW7, email) person-learner-and-tutor: marc@683f30e.example already sits in the seat 6YGG-N3WX-RDHX: nobody is learner and tutor of the same line.

    error (3RGE-QN6A-C6QW, email) person-learner-and-tutor: marc@683f30e.example occupe déjà la place 6YGG-N3WX-RDHX : personne n’est apprenant et tuteur de la même ligne.
    error (676W-X4TH-AQW7, email) person-learner-and-tutor: marc@683f30e.example occupe déjà la place 6YGG-N3WX-RDHX : personne n’est apprenant et tuteur de la même ligne.
    error (3RGE-QN6A-C6QW, id) seat-twice: The order lists this seat twice.
    error (EK97-GE7J-QGR4, id) seat-unknown: The line has no seat with this id.

    error (3RGE-QN6A-C6QW, id) seat-twice: La commande cite cette place deux fois.
    error (EK97-GE7J-QGR4, id) seat-unknown: La ligne n’a pas de place portant cet identifiant.
    error (676W-X4TH-AQW7, email) person-twice: sofia@683f30e.example already sits in the seat 3RGE-QN6A-C6QW. Nobody takes two seats of a line.

    error (676W-X4TH-AQW7, email) person-twice: sofia@683f30e.example occupe déjà la place 3RGE-QN6A-C6QW. Personne n’occupe deux places d’une ligne.
    error (order) product-unknown: The catalogue has no product “NOPE”.

    error (order) product-unknown: Le catalogue n’a pas de produit « NOPE ».
    ");
}
